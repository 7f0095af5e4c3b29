/* ipx over a directory, as its README serves one; it keeps no result. */
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx'
import { directory, listenAndTell } from './listen-and-tell.ts'

const handle = createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: directory }) }))
listenAndTell((req, res) => void handle(req, res))
