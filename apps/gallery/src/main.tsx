import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './styles.css'
import './notice.css'
import './access/key-form.css'
import './editing/editing.css'
import './grid/grid.css'
import './lightbox/lightbox.css'
import './menus/menu.css'
import './photos/photos.css'
import './search/search.css'
import './selection/selection.css'
import './settings/settings.css'
import './uploads/uploads.css'

// the grid does that: its photos are not there yet when the browser would
history.scrollRestoration = 'manual'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
