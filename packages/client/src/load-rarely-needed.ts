/** Loads the file of `rarely-needed.ts`, once. */
export const loadRarelyNeeded = () => import('./rarely-needed.ts')
