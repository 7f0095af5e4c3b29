export { StorageClient } from '@supabase/storage-js'
