/** Koa 2 under a name of its own, to be tested beside Koa 3. What the tests use of both is the same. */
declare module 'koa2' {
  export { default } from 'koa'
}
