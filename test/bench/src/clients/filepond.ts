export { create } from 'filepond'
