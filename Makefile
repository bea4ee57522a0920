# Every target installs what it needs. Packages are installed again if the lock file is newer than they are.
# Settings are environment variables, or make variables of the same name: make deploy STAGE=prod

export STAGE ?= dev
export AWS_REGION ?= us-east-1
export PORT ?= 3000

# What users pass in variables is data. Make would expand a $ in it, and the recipe's shell would run the rest as
# commands. So each variable of the command line keeps its text and is exported; the programs split it into words.
$(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),\
  $(eval override $(name) := $$(value $(name)))$(eval export $(name))))

# The SDK would warn about the next major version of Node at every start. The packages are pinned, so it does not apply.
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED := true

TS := node --require ./scripts/cli/typescript.cjs

.DEFAULT_GOAL := help
.PHONY: help all-packages dev token invoke demo call diagnose routes test check doctor plan deploy seed env api-key verify trace destroy bootstrap migrate-state plan-save plan-review plan-review-bundle plan-comment synth-diff apply synth format hooks docs test-deep test-browser test-deploy test-deploy-deep bench attack pack new release publish

help:
	@if [ -t 1 ] && [ -z "$$NO_COLOR" ]; then bold=$$(printf '\033[1m') plain=$$(printf '\033[0m'); else bold= plain=; fi; \
	awk -F ':.*## ' -v bold="$$bold" -v plain="$$plain" \
	  '/^##@ / { print (n++ ? "\n" : "") bold substr($$0, 5) plain } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST); \
	echo; echo "Current settings: STAGE=$$STAGE AWS_REGION=$$AWS_REGION PORT=$$PORT"

# Running the API here needs few packages. Tests and deployments need all: they add the rest to what is there.
# npm writes this file last. If it is missing, an installation was interrupted, and starts again.
node_modules: node_modules/.package-lock.json ;
node_modules/.package-lock.json: package-lock.json
	@node scripts/install-packages.cjs

all-packages: node_modules/.all-packages ;
node_modules/.all-packages: package-lock.json
	@node scripts/install-packages.cjs --all

##@ Run it here

dev: node_modules ## serve STAGE on 127.0.0.1:PORT, rebuild when files change
	@$(TS) scripts/dev.ts --arguments-from=ARGS

token: node_modules ## print a token of a local user pool (ARGS='--user NAME')
	@$(TS) scripts/token.ts --arguments-from=ARGS

invoke: node_modules ## run one function by hand (FUNCTION=name EVENT=file.json)
	@$(TS) scripts/invoke.ts --arguments-from=ARGS -- "$$FUNCTION" $${EVENT:+"$$EVENT"}

demo: node_modules ## take a tour of the API's gates (ARGS='--stage dev')
	@$(TS) scripts/demo.ts --arguments-from=ARGS

call: node_modules ## send one request (REQUEST='GET /products --as reader')
	@$(TS) scripts/call.ts --arguments-from=REQUEST

diagnose: node_modules ## explain why a request was refused (ARGS=--help)
	@$(TS) scripts/diagnose.ts --arguments-from=ARGS

routes: synth ## print who can call what
	@$(TS) scripts/routes.ts --arguments-from=ARGS

test: all-packages ## type check, lint, unit and integration tests
	npm test

check: all-packages ## types, lint, and the tests that changes touch (SINCE=main)
	@SINCE="$${SINCE:-HEAD}" npm run --silent check

##@ Deploy a stage

doctor: ## check what dev and a deployment need
	@test -d node_modules/esbuild || { echo "packages  missing  not installed; npm ci"; exit 1; }
	@$(TS) scripts/doctor.ts --arguments-from=ARGS

plan: all-packages ## show what a deployment would change
	@$(TS) scripts/deploy.ts plan

deploy: all-packages ## deploy STAGE and save its outputs
	@$(TS) scripts/deploy.ts deploy

seed: node_modules ## fill the tables (COUNT=n for n generated items)
	@$(TS) scripts/seed.ts

env: node_modules ## write .env from the outputs
	@$(TS) scripts/export-env.ts

api-key: node_modules ## print the API key of a client (CLIENT=demo)
	@$(TS) scripts/api-key.ts

verify: node_modules ## call every route as every caller (ARGS=--local)
	@$(TS) scripts/verify.ts --arguments-from=ARGS

trace: node_modules ## read a function's stack trace (PACKAGE=its CodeSha256)
	@$(TS) scripts/trace.ts -- $${PACKAGE:+"$$PACKAGE"}

destroy: all-packages ## remove STAGE and all its data
	@$(TS) scripts/deploy.ts destroy

##@ Ship with a team

bootstrap: all-packages ## once per account: state bucket, GitHub roles, log role
	@STACK=bootstrap $(TS) scripts/deploy.ts deploy

migrate-state: node_modules ## move the state of STAGE, or STACK, into TF_STATE_BUCKET
	@$(TS) scripts/migrate-state.ts

plan-save: node_modules ## save a plan for review and apply (PLAN=file)
	@$(TS) scripts/saved-plan.ts save

plan-review: $(if $(value PLAN_JSON),node_modules,synth) ## review a plan in Markdown (PLAN_JSON=file BASE_JSON=file)
	@$(TS) scripts/plan-review.ts $${BASE_JSON:+--base="$$BASE_JSON"} --arguments-from=ARGS -- $${PLAN_JSON:+"$$PLAN_JSON"}

plan-review-bundle: node_modules ## write the plan review as one file (ARGS='--out file')
	@$(TS) scripts/plan-review-bundle.ts --arguments-from=ARGS

plan-comment: node_modules ## post a review on a pull request (REVIEW=file PR=number)
	@$(TS) scripts/plan-comment.ts $${ISSUE:+--issue} --pr="$$PR" -- $${REVIEW:+"$$REVIEW"}

synth-diff: synth ## show what a change does to the Terraform (BASE=cdktf.out)
	@$(TS) scripts/synth-diff.ts --arguments-from=ARGS -- $${BASE:+"$$BASE"}

apply: node_modules ## apply exactly the saved plan
	@$(TS) scripts/saved-plan.ts apply

##@ Work on it

synth: node_modules ## write the Terraform of STAGE to cdktf.out
	@$(TS) main.ts

format: all-packages ## format and lint, and fix what can be fixed
	npm run --silent format

hooks: ## check staged files before each commit in this clone
	@git config core.hooksPath .githooks
	@echo ".githooks/pre-commit now checks commits; to undo this: git config --unset core.hooksPath"

pack: all-packages ## build the kit as a tarball, dist/*.tgz
	@$(TS) scripts/pack.ts

release: all-packages ## pack the release TAG, with SBOM and checksums
	@$(TS) scripts/pack.ts --tag="$$TAG"

publish: ## put what 'make release' wrote on GitHub, as TAG
	@cd dist && gh release create "$$TAG" --verify-tag --notes "See CHANGELOG.md." -- *.tgz sbom.cdx.json SHA256SUMS

new: pack ## write a project with the kit (DIR=../orders NAME=orders)
	@$(TS) scripts/new.ts --name="$$NAME" --kit="$$(ls -t dist/*.tgz | head -n 1)" -- "$$DIR"

docs: all-packages ## write the parts of the documents that come from a run
	@$(TS) scripts/docs.ts
	@$(TS) scripts/pack.ts --report

test-deep: all-packages ## the tests, with every case of the laws, as each night
	@LAWS=full npm test

test-browser: all-packages ## open /index in a real Chromium (CHROMIUM=path)
	@chromium=$$($(TS) scripts/chromium.ts) && CHROMIUM="$$chromium" npm run --silent test:browser

test-deploy: all-packages ## deploy, check and destroy at AWS_ENDPOINT_URL
	@npm run --silent test:deploy

test-deploy-deep: all-packages ## what deploys too long for each change, as each night
	@npm run --silent test:deploy-deep

bench: node_modules ## run the benchmarks, save bench/results.json
	@$(TS) scripts/bench.ts

attack: all-packages ## run all attacks on gateway and Lambdas (ARGS=--help)
	@$(TS) scripts/attack.ts --arguments-from=ARGS
