export { genUploader } from 'uploadthing/client'
