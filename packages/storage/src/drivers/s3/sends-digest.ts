import type { PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3'

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
