/** The texts of the page. */
export const text = {
  undo: 'Undo',
  cancel: 'Cancel',
  close: 'Close',
  saved: 'Saved',
  copied: 'Copied',

  lightbox: {
    previous: 'Previous photo',
    next: 'Next photo',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    copy: 'Copy',
    download: 'Download',
    info: 'Info',
    delete: 'Delete',
    deleteNamed: (name: string) => `Delete ${name}`,
    cannotShow: 'This photo cannot be shown.',
    gone: 'This photo no longer exists.',
  },
  details: {
    heading: 'About this photo',
    title: 'Title',
    noTitle: 'Add a title',
    alt: 'Description',
    altHint: 'Text for people who cannot see the photo',
    noAlt: 'Describe the photo',
    tags: 'Tags',
    addTag: 'Add a tag',
    removeTag: (tag: string) => `Remove tag ${tag}`,
    pixels: 'Pixels',
    size: 'Size',
    type: 'Type',
    taken: 'Taken',
    uploaded: 'Uploaded',
    name: 'File name',
    digest: 'SHA-256',
  },
  copy: {
    link: 'Link',
    thumbnail: 'Link to the thumbnail',
    markdown: 'Markdown',
    html: 'HTML picture',
    curl: 'curl',
    sdk: 'SDK',
    original: 'Link to the original…',
    withoutMetadata: 'Links lead to copies without metadata',
    until: (time: string) => `The links of this private photo work until ${time}`,
    originalTitle: 'Copy the link to the original?',
    originalWarning:
      'The original file contains its metadata. It can tell when, where and with which camera.',
    originalAction: 'Copy link',
    byHand: 'Copy this text:',
  },
  download: {
    original: 'Original',
    withoutMetadata: 'Without metadata',
  },
  deletion: {
    deleted: (count: number) => (count === 1 ? 'Photo deleted' : `${count} photos deleted`),
    restored: (count: number) => (count === 1 ? 'Photo restored' : `${count} photos restored`),
    title: (count: number) => (count === 1 ? 'Delete this photo?' : `Delete ${count} photos?`),
    warning: (count: number) =>
      count === 1
        ? 'The photo and its renditions are deleted for good. Their addresses stop working.'
        : 'The photos and their renditions are deleted for good. Their addresses stop working.',
    action: 'Delete',
    failed: (count: number, why: string) =>
      count === 1 ? `The photo could not be deleted. ${why}` : `${count} photos could not be deleted. ${why}`,
  },
}
