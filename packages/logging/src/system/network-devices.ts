import type { Reading } from '../metrics/readings.ts'

const maxDevices = 32

/** `eth0: 1234 5 0 0 0 0 0 0 567 …`: received bytes are the first column, sent ones the ninth (proc(5), /proc/net/dev). */
const deviceLine = /^\s*([^\s:]+):\s*(\d+)(?:\s+\d+){7}\s+(\d+)/

/** The bytes that each network device has moved, from the text of `/proc/net/dev`. The loopback is left out. Pure. */
export function parseNetworkDevices(text: string): readonly Reading[] {
  const devices = text.split('\n').flatMap((line) => {
    const [, device, received, sent] = deviceLine.exec(line) ?? []
    return device === undefined || device === 'lo' ? [] : [{ device, received: Number(received), sent: Number(sent) }]
  })
  return devices.slice(0, maxDevices).flatMap(({ device, received, sent }) => [
    { name: 'network_receive_bytes_total', labels: { device }, value: received },
    { name: 'network_transmit_bytes_total', labels: { device }, value: sent },
  ])
}
