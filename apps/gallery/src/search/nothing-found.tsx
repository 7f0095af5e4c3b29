import { text } from '../strings.ts'
import type { Query } from './use-query.ts'

interface NothingFoundProps {
  readonly query: Query
  readonly onClear: () => void
}

/** What the page shows if no photo matches: what was searched for, and a button that shows all photos again. */
export function NothingFound({ query: { search, tag }, onClear }: NothingFoundProps) {
  return (
    <section className="empty" aria-label={text.search.nothing}>
      <h2>{text.search.nothing}</h2>
      <p>
        {search !== '' && (
          <>
            {text.search.withText}{' '}
            <strong>
              <bdi>{search}</bdi>
            </strong>
          </>
        )}
        {search !== '' && tag !== undefined && ' '}
        {tag !== undefined && (
          <>
            {search === '' ? text.search.onlyTag : text.search.andTag}{' '}
            <strong>
              <bdi>{tag}</bdi>
            </strong>
          </>
        )}
      </p>
      <button type="button" onClick={onClear}>
        {text.search.showAll}
      </button>
    </section>
  )
}
