/** Texts that some program could run, interpret or change. */
export const naughtyTexts = [
  "'; DROP TABLE photos; --",
  "' OR '1'='1",
  '" OR 1=1 --',
  "Robert'); DELETE FROM photo_tags; --",
  "1' UNION SELECT sql FROM sqlite_schema --",
  '$1 :title ?1 @id {{7*7}} #{7*7}',
  '100% _sure_ \\% \\_ [a-z]* ?',
  'NEAR("a" "b") AND title:x OR NOT y ^z*',
  '"quoted" ""twice"" \'single\' `back`',
  '\\x00 \\u0000 \\0 \\n %00 %0a',
  'first line\nsecond\tline\r\nthird',
  '<script>alert(1)</script> &amp; <!-- -->',
  '__proto__ constructor toString',
  '["json", {"a": null}]',
  'null undefined NaN true 0 -1 1e400',
  '=cmd|"/c calc"!A1',
] as const

/** Texts that must be returned unchanged, code point for code point. */
export const exactTexts = [
  '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪',
  'e\u0301 a\u0308 n\u0303 (decomposed)',
  '\u00e9 \u00e4 \u00f1 (composed)',
  'שלום עולם \u202eabc\u202c مرحبا',
  '東京タワー 서울 ไทย हिन्दी',
  '\u200bzero\u200dwidth\ufeff',
  '𝕬𝖘𝖙𝖗𝖆𝖑 𠜎𠜱𠝹',
  '  kept  spaces  ',
] as const
