// The limit: node:http in front, undici behind, nothing looked at.
import { createServer } from 'node:http'
import { Pool } from 'undici'

const [upstream] = process.argv.slice(2)
const pool = new Pool(upstream, { connections: 100 })
const server = createServer((request, response) => {
  const pieces = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', async () => {
    const body = Buffer.concat(pieces)
    const answer = await pool.request({
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    response.writeHead(answer.statusCode, { 'content-type': answer.headers['content-type'] })
    answer.body.pipe(response)
  })
})
server.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))
