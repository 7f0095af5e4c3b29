/* ipx over a directory, as its README serves one; it keeps no result. */
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx'
import { directory, listenAndPrint } from './listen-and-print.ts'

const handle = createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: directory }) }))
listenAndPrint((req, res) => void handle(req, res))
