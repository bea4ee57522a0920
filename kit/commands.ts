/** What the kit's bin can be asked for. */
export interface BinCommand {
  /** The file in `scripts/`, without its extension. */
  readonly script: string;
  /** What comes before what is typed. @default nothing */
  readonly verb?: string;
  readonly about: string;
}

/** The subcommands, each with the flags of the make target of the same name. */
export const COMMANDS: Readonly<Record<string, BinCommand>> = {
  new: { script: "new", about: "write a small project that uses the kit" },
  dev: { script: "dev", about: "serve a stage on this machine" },
  demo: { script: "demo", about: "walk through the API in every way" },
  call: { script: "call", about: "send one request, signed and explained" },
  diagnose: { script: "diagnose", about: "say why a request was refused" },
  synth: { script: "synth", about: "write the Terraform of a stage" },
  routes: { script: "routes", about: "print who can call what" },
  doctor: { script: "doctor", about: "check what dev and a deployment need" },
  plan: { script: "deploy", verb: "plan", about: "show what a deployment would change" },
  deploy: { script: "deploy", verb: "deploy", about: "deploy a stage" },
  destroy: { script: "deploy", verb: "destroy", about: "remove a stage and all its data" },
  seed: { script: "seed", about: "fill the tables" },
  invoke: { script: "invoke", about: "run one function by hand" },
  token: { script: "token", about: "print a token of a local user pool" },
  env: { script: "export-env", about: "write .env from the outputs" },
  "api-key": { script: "api-key", about: "print the API key of a client" },
  verify: { script: "verify", about: "call every route as every caller" },
  trace: { script: "trace", about: "read a function's stack trace" },
  "migrate-state": { script: "migrate-state", about: "move a state into a bucket" },
  "plan-save": { script: "saved-plan", verb: "save", about: "save a plan" },
  apply: { script: "saved-plan", verb: "apply", about: "apply exactly the saved plan" },
  "plan-review": { script: "plan-review", about: "review a plan as Markdown" },
  "plan-comment": { script: "plan-comment", about: "comment on a pull request" },
  "synth-diff": { script: "synth-diff", about: "what a change does to the Terraform" },
};
