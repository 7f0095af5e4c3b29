/** The key whose usage the uploads of a rotated one count as. A key of before counts as itself, which is NULL. */
export const countKeys = 'ALTER TABLE api_keys ADD COLUMN counted_as TEXT;'
