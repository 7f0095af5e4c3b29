/** The part of Tintype's answer that is needed here. */
export interface UploadedPhoto {
  readonly id: string
  readonly url: string
  readonly width: number
}

/** Uploads one photograph to Tintype. */
export async function uploadPhoto(
  port: number,
  bytes: Uint8Array,
  texts: Readonly<Record<string, string>> = {},
): Promise<UploadedPhoto> {
  const query = new URLSearchParams({ filename: 'photo.jpg', ...texts })
  const answer = await fetch(`http://127.0.0.1:${port}/photos?${query}`, {
    method: 'POST',
    body: Buffer.from(bytes),
    headers: { 'content-type': 'image/jpeg' },
  })
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as UploadedPhoto
}
