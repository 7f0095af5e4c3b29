import { PutObjectCommand, type PutObjectCommandOutput, type UploadPartCommand } from '@aws-sdk/client-s3'
import { toReadError } from '../../storage-error.ts'
import type { Bucket } from './bucket.ts'
import { fileChanged, readFile } from './content.ts'
import type { PutRequest } from './put-blob.ts'
import { putTimeoutMs, withDeadline } from './with-deadline.ts'

/**
 * Sends one PUT with all bytes, their length and their digest. An abort has no effect once the last byte was read: then the
 * object may appear. Before, the engine discards what it has, because it is shorter than announced.
 */
export async function sendBody(bucket: Bucket, request: PutRequest): Promise<PutObjectCommandOutput> {
  const { content, target, ifExists } = request
  const sending = openBody(request)
  const command = sendsDigest(
    new PutObjectCommand({
      ...target,
      Body: sending.body,
      ContentLength: content.byteSize,
      // Kept with the object by engines that know it; the signed digest of the request is checked by all.
      ChecksumSHA256: Buffer.from(content.sha256, 'hex').toString('base64'),
      ...(ifExists === 'fail' && bucket.isConditional && { IfNoneMatch: '*' }),
    }),
    content.sha256,
  )
  const timeoutMs = putTimeoutMs(content.byteSize)
  try {
    return await withDeadline(
      timeoutMs,
      (abortSignal) => bucket.client.send(command, { abortSignal, requestTimeout: timeoutMs }),
      sending.cut.signal,
    )
  } catch (error) {
    throw sending.failure() ?? error
  } finally {
    sending.close()
  }
}

interface Sending {
  readonly body: Uint8Array | ReturnType<typeof readFile>
  /** Ends the request: the SDK waits forever for a body that fails. */
  readonly cut: AbortController
  /** Why the request was cut, if it was. */
  failure(): unknown
  close(): void
}

function openBody({ content, signal }: PutRequest): Sending {
  const cut = new AbortController()
  if ('bytes' in content)
    return { body: content.bytes, cut, failure: () => undefined, close: () => undefined }
  const body = readFile(content.path, content.byteSize)
  let failure: unknown
  const end = (error: unknown) => {
    failure ??= error
    cut.abort()
  }
  const abort = () => {
    if (!body.readableEnded) end(signal?.reason)
  }
  body.on('error', (error) => end(toReadError(error)))
  body.on('end', () => {
    if (body.bytesRead < content.byteSize) end(fileChanged())
  })
  signal?.addEventListener('abort', abort)
  return {
    body,
    cut,
    failure: () => failure,
    close() {
      signal?.removeEventListener('abort', abort)
      body.destroy()
    },
  }
}

/**
 * Makes a command send the digest of its body in the header that is signed with the request. The engine compares it with what
 * arrived. Without it the SDK would read a body twice, or sign none.
 *
 * @param sha256 in lower-case hexadecimal
 */
export function sendsDigest<Command extends PutObjectCommand | UploadPartCommand>(
  command: Command,
  sha256: string,
): Command {
  // Both stacks take the same functions, which the types of a union do not say.
  const stack = command.middlewareStack as PutObjectCommand['middlewareStack']
  stack.add(
    (next) => (args) => {
      const { headers } = args.request as { readonly headers: Record<string, string> }
      headers['x-amz-content-sha256'] = sha256
      return next(args)
    },
    { step: 'build', name: 'sendsDigest' },
  )
  return command
}
