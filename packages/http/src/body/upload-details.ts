import type { UploadDetails } from '@tintype/photos'

/** Details of an upload by the names that a form and a query have for them. */
export type NamedTexts = readonly (readonly [name: string, text: string])[]

/**
 * The details that a form or a query has besides the filename. If a name is there twice, its first text counts that is not
 * blank: frameworks send a blank one before a checkbox. PHP, Rails and axios write `tags[]` or `tags[0]` for a list.
 */
export function readDetails(texts: NamedTexts): Omit<UploadDetails, 'filename'> {
  const textOf = (wanted: string) => {
    const all = texts.filter(([name]) => name === wanted).map(([, text]) => text)
    return all.find(isSaid) ?? all[0]
  }
  return {
    title: textOf('title'),
    alt: textOf('alt'),
    tags: texts
      .filter(([name, text]) => /^tags(?:\[\d{0,4}\])?$/.test(name) && isSaid(text))
      .map(([, tag]) => tag),
    owner: textOf('owner'),
    visibility: textOf('visibility'),
  }
}

/** A text in the query beside a form is kept, unless the form has its own. A blank text counts as absent. */
export function addMissing(form: UploadDetails, outside: UploadDetails): UploadDetails {
  const said = Object.entries(form).filter(([, value]) =>
    typeof value === 'string' ? isSaid(value) : value !== undefined && value.length > 0,
  )
  return { ...outside, ...Object.fromEntries(said) }
}

const isSaid = (text: string) => text.trim() !== ''
