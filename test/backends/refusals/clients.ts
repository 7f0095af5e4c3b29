import { join } from 'node:path'

const directory = import.meta.dirname
const script = (name: string) => join(directory, name)
const curl = (kind: 'body' | 'form', ...options: string[]) => [
  script('curl.sh'),
  kind,
  '--no-progress-meter',
  ...options,
  '--',
]
const noExpect = ['-H', 'Expect:']
/** Java compiles the file before it runs it: the quick compiler and the small collector need half of the time. */
const java = (name: string, ...options: string[]) => [
  'java',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  ...options,
  script(name),
]

/**
 * Real HTTP clients, each with the command that posts files: a URL, and then pairs of a file and its type, are added to it. For
 * each file it prints one line of JSON, with the status and the body of the answer; after a failure it ends with another code
 * than 0.
 */
export const clients: Readonly<Record<string, readonly string[]>> = {
  curl: curl('body', ...noExpect),
  'curl, HTTP/1.0': curl('body', '--http1.0', ...noExpect),
  'curl, in chunks': curl('body', '-T', '-', ...noExpect),
  'curl, Expect: 100-continue': curl('body', '-H', 'Expect: 100-continue'),
  'curl, Connection: close': curl('body', '-H', 'Connection: close', ...noExpect),
  'curl, a form': curl('form', ...noExpect),
  wget: [script('wget.sh')],
  'Python urllib': ['/usr/bin/python3', script('urllib-body.py')],
  'Python requests': ['/usr/bin/python3', script('requests-body.py')],
  'Python httpx, in chunks': ['/usr/bin/python3', script('httpx-chunked.py')],
  'Node fetch': [process.execPath, script('node-fetch.ts')],
  'node:http': [process.execPath, script('node-http.ts')],
  'Ruby net/http': ['ruby', script('net-http.rb')],
  'PHP curl': ['php', script('curl.php')],
  'Java HttpURLConnection': java('http-url-connection.java'),
  'Java HttpClient': java('http-client.java'),
  OkHttp: java('okhttp.java', '-cp', '/usr/share/java/okhttp.jar:/usr/share/java/okio.jar'),
}
