import { BlockList } from 'node:net'
import { array, assert, integer, ipV4, ipV6, property } from 'fast-check'
import { expect, test } from 'vitest'
import { addressGroupOf } from './address-group.ts'

const written = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(':')
const group = integer({ min: 0, max: 0xffff })
const half = array(group, { minLength: 4, maxLength: 4 })

test('B228: IPv6 addresses of one /64 network are one client', async () => {
  await assert(
    property(half, half, half, (network, host, otherHost) => {
      const address = addressGroupOf(written([...network, ...host]))
      expect(address).toBe(`${written(network)}::/64`)
      expect(addressGroupOf(written([...network, ...otherHost]))).toBe(address)
    }),
  )
})

test('B228: the network is the one that Node reads from the address, in each way to write it', async () => {
  await assert(
    property(ipV6(), (address) => {
      const network = new BlockList()
      network.addSubnet(address, 64, 'ipv6')
      const [first = ''] = addressGroupOf(address).split('::/64')
      expect(network.check(`${first}:0:0:0:0`, 'ipv6')).toBe(true)
      expect(first.split(':')).toHaveLength(4)
    }),
  )
})

test('B228: each IPv4 address is a client', async () => {
  await assert(
    property(ipV4(), (address) => {
      expect(addressGroupOf(address)).toBe(address)
    }),
  )
})
