import type { Page } from 'playwright-core'

/** The errors and warnings that a page writes to its console, broken content policies among them, and its uncaught errors. */
export function listenForComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}
