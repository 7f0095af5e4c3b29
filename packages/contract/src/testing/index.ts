/** Examples that several workspaces are tested with. */
export { searchesThatFind, searchesThatFindNothing } from './search-cases.ts'
