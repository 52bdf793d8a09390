// The limit of a cached answer: a bare node:http server that reads the request and sends the same body, read from a file, each time.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const body = readFileSync(process.argv[2])
const fields = { 'content-type': 'application/json', 'content-length': body.length }
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, fields).end(body))
})
server.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))
