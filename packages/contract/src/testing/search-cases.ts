/** Texts, and searches that find them in any case and form. Catalogs and the SDK are tested with the same ones. */
export const searchesThatFind: readonly (readonly [text: string, search: string])[] = [
  ['ÄÖÜ straße', 'äöü STRA'],
  ['äöü', 'ÄÖÜ'],
  ['МОСКВА', 'москва'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['ΟΔΥΣΣΕΥΣ', 'ΟΔΥΣ'],
  ['İSTANBUL', 'i̇stan'],
  ['ǅ', 'ǆ'],
  ['𐐀𐐁𐐂', '𐐨𐐩𐐪'],
  ['Å', 'å'],
  ['ẞ', 'ß'],
  ['STRASSE', 'straße'],
  ['Straße', 'STRASSE'],
  ['λόγος', 'ΛΌΓΟΣ'],
  ['İSTANBUL', 'istanbul'],
  ['IĞDIR', 'ığdır'],
  ['Café', 'cafe\u0301'],
  ['Cafe\u0301', 'CAFÉ'],
  ['Việt Nam', 'vie\u0302\u0323t'],
  ['한국', '\u1112\u1161\u11ab'],
  ['Ｔｏｋｙｏ １２', 'tokyo 12'],
  ['Tokyo', 'ｔｏｋ'],
  ['ガラス', 'ｶﾞﾗｽ'],
  ['ｶﾞﾗｽ', 'ガラス'],
  ['a\u00a0b', 'a b'],
]

/** Texts, and searches that do not find them, because accents count. */
export const searchesThatFindNothing: readonly (readonly [text: string, search: string])[] = [
  ['Café', 'cafe'],
  ['Cafe\u0301', 'cafe'],
  ['cafe', 'café'],
  ['ガラス', 'カラス'],
]
