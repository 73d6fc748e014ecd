import { render } from 'preact'
import { App } from './app.tsx'
import { Session } from './link/session.ts'
import { followLinks } from './routing/router.ts'
import './style/page.css'
import { followKeys } from './ui/shortcuts.ts'
import { followTheme } from './ui/theme.ts'

const session = new Session()
followTheme()
followLinks()
followKeys()
render(<App session={session} />, document.getElementById('page')!)
session.open()
