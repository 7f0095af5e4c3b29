export { default as Uppy } from '@uppy/core'
export { default as XhrUpload } from '@uppy/xhr-upload'
