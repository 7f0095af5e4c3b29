/** Input schemas. Not in the main entry, so that pages that only need types and URLs load no zod. */
export {
  auditListInput,
  keyCreateInput,
  keyIdInput,
  keyRotateInput,
  ownerQuotaInput,
  ownerUsageInput,
  urlSignInput,
} from './access-inputs.ts'
export { type InputIssue, invalidInput, parseInput } from './parse-input.ts'
export {
  photoChangeInput,
  photoDeleteManyInput,
  photoFindByDigestInput,
  photoIdInput,
  photoListInput,
  photoMoveInput,
  photoTagManyInput,
  photoTextInput,
  photoUpdateInput,
  tagListInput,
  thumbnailInput,
  thumbnailListInput,
  visibilityInput,
} from './photo-inputs.ts'
export {
  tokenIdInput,
  uploadTokenInput,
  uploadTokenPayload,
  uploadTokensInput,
} from './upload-token-input.ts'
export { ownerInput, textLimits } from './values.ts'
