/** Decides in a page what the server decides in a search, for lists that change while they are shown. */
export { matchesSearch } from '@tintype/contract'
