import type { AppRouter } from '@tintype/api'
import type { PhotoChangeInput, Procedures } from '@tintype/api/procedures'
import type { ServerProcedures } from '@tintype/api/server-procedures'
import type { PhotoChange, Problem } from '@tintype/contract'
import type { TRPCClient } from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { expectTypeOf, test } from 'vitest'

/**
 * tRPC's arrays are mutable. Those of the SDK are not, so that its callers can pass both kinds. To a problem, tRPC's types add an
 * index by number.
 */
type Frozen<Value> = Value extends Problem
  ? Problem
  : Value extends string
    ? Value
    : { readonly [Key in keyof Value]: Frozen<Value[Key]> }

interface Call<Kind, Input, Output> {
  kind: Kind
  input: Frozen<Input>
  output: Frozen<Output>
}

type Inputs = inferRouterInputs<AppRouter>
type Outputs = inferRouterOutputs<AppRouter>
type OrUndefined<Input> = Input extends void ? undefined : Input

type RouterCalls = {
  readonly [Space in keyof Inputs]: {
    readonly [Name in Exclude<keyof Inputs[Space], 'onChange'>]: Call<
      keyof TRPCClient<AppRouter>[Space][Name & keyof TRPCClient<AppRouter>[Space]],
      OrUndefined<Inputs[Space][Name]>,
      Outputs[Space][Name & keyof Outputs[Space]]
    >
  }
}

/** Those of browsers and those of back ends. */
type AllProcedures = Procedures & ServerProcedures

type SdkCalls = {
  readonly [Space in keyof AllProcedures]: {
    readonly [Name in Exclude<keyof AllProcedures[Space], 'onChange'>]: CallOf<AllProcedures[Space][Name]>
  }
}
type CallOf<Procedure> = Procedure extends { readonly [Kind in keyof Procedure]: infer Send }
  ? Send extends (input: infer Input, ...rest: never) => Promise<infer Output>
    ? Call<keyof Procedure, Input, Output>
    : never
  : never

test('each procedure of the SDK has the input and output of the router', () => {
  expectTypeOf<SdkCalls>().toEqualTypeOf<RouterCalls>()
})

test('the stream of changes has the input and the changes of the router', () => {
  type Types = AppRouter['_def']['procedures']['photos']['onChange']['_def']['$types']
  type Event = Types['output'] extends AsyncIterable<infer One> ? One : never
  expectTypeOf<Event['data']>().toEqualTypeOf<PhotoChange>()
  expectTypeOf<Frozen<PhotoChangeInput>>().toEqualTypeOf<Frozen<NonNullable<Types['input']>>>()
})
