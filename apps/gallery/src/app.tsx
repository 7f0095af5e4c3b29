import { useDropzone } from '@tintype/react'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { KeyForm } from './access/key-form.tsx'
import { useMay } from './access/use-may.ts'
import { Announcements } from './announcements/announcements.tsx'
import { announcer } from './announcements/announcer.ts'
import { ConnectionNotice } from './connection-notice.tsx'
import { Icon } from './icon.tsx'
import { Later, preloadLaterParts } from './later/later.tsx'
import { Notice, type NoticeText } from './notice.tsx'
import { Gallery } from './photos/gallery.tsx'
import { useDeletions } from './photos/use-deletions.ts'
import { useIsScrolled } from './photos/use-is-scrolled.ts'
import { useListedPhotos } from './photos/use-listed-photos.ts'
import { useShownPhotos } from './photos/use-shown-photos.ts'
import { focusSearch } from './search/focus-search.ts'
import { SearchField } from './search/search-field.tsx'
import { useQuery } from './search/use-query.ts'
import { ViewMenu } from './settings/view-menu.tsx'
import { text } from './strings.ts'
import { digests, keyMemory } from './tintype.ts'
import { DropOverlay } from './uploads/drop-overlay.tsx'
import { UploadButtons } from './uploads/upload-buttons.tsx'
import { UploadTray } from './uploads/upload-tray.tsx'
import { useUploads } from './uploads/use-uploads.ts'
import { useLimits } from './use-limits.ts'

/** The whole page. */
export function App() {
  const [notice, setNotice] = useState<NoticeText>({ sentence: '' })
  const notify = useCallback((sentence: string) => {
    setNotice({ sentence })
    announcer.say('notice', sentence)
  }, [])
  const endNotice = useCallback(() => setNotice({ sentence: '' }), [])
  const [hasSettings, setSettings] = useState(false)
  const key = useSyncExternalStore(keyMemory.subscribe, keyMemory.state)
  const needsKey = key === 'missing' || key === 'refused'
  const may = useMay()
  const limits = useLimits()
  const [query, setQuery] = useQuery()
  const deletions = useDeletions({ notify })
  const [isBusy, setBusy] = useState(false)
  const isScrolled = useIsScrolled()
  const listed = useListedPhotos(query, { hold: isBusy || isScrolled })
  const { photos, change } = useShownPhotos(listed.photos, deletions.hiddenIds)
  const uploads = useUploads()
  const maySee = may('photos:read')
  const mayUpload = may('photos:create')
  const dropzone = useDropzone({
    disabled: !mayUpload,
    accept: limits?.mimeTypes,
    target: 'window',
    paste: true,
    onFiles(files, { skipped }) {
      notify(skipped === 0 ? '' : text.upload.skipped(skipped))
      if (files.length > 0) uploads.add(files)
    },
  })
  // after the photos, whose bytes are needed first
  useEffect(() => (listed.isLoading ? undefined : preloadLaterParts()), [listed.isLoading])
  const didNeedKey = useRef(needsKey)
  useEffect(() => {
    // the field that had the focus disappears
    if (didNeedKey.current && !needsKey && document.activeElement === document.body) focusSearch()
    didNeedKey.current = needsKey
  }, [needsKey])
  function clearQuery(): void {
    setQuery({ search: '', tag: undefined })
    // the button that had the focus disappears
    focusSearch()
  }
  function refuseSettings(): void {
    setSettings(false)
    notify(text.partMissing)
  }
  return (
    <>
      <header className="bar">
        <h1>{text.title}</h1>
        {!needsKey && maySee && <SearchField query={query} onChange={setQuery} />}
        {mayUpload && <UploadButtons {...dropzone} />}
        <ViewMenu query={query} onChange={setQuery} />
        <button
          type="button"
          className="icon-button"
          aria-label={text.settings.label}
          title={text.settings.label}
          aria-haspopup="dialog"
          onClick={() => setSettings(true)}
        >
          <Icon name="settings" />
        </button>
      </header>
      <main>
        {needsKey && <KeyForm isRefused={key === 'refused'} onKey={keyMemory.hold} />}
        {!needsKey && !maySee && (
          <section className="empty">
            <p>{mayUpload ? text.rights.uploadOnly : text.rights.none}</p>
          </section>
        )}
        {!needsKey && maySee && (
          <Gallery
            {...listed}
            photos={photos}
            query={query}
            deletions={deletions}
            limits={limits}
            isClosed={key === 'held'}
            onChange={change}
            onBusy={setBusy}
            onClearQuery={clearQuery}
            notify={notify}
          />
        )}
        <ConnectionNotice />
        <Notice notice={notice} onEnd={endNotice} />
      </main>
      <UploadTray {...uploads} />
      {dropzone.isDragging && <DropOverlay />}
      <Announcements />
      {hasSettings && (
        <Later onFailure={refuseSettings}>
          {({ SettingsPanel }) => (
            <SettingsPanel
              limits={limits}
              onForgetKey={key === 'held' ? forgetKey : undefined}
              onClose={() => setSettings(false)}
            />
          )}
        </Later>
      )}
    </>
  )
}

/** Forgets the key by a reload, because the page shows what only the key gave access to. Digests have names of files. */
function forgetKey(): void {
  digests.clear()
  location.reload()
}
