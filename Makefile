# Every target installs what it needs: packages are installed again when the lock file is newer than they are.
# Settings are environment variables, or make variables of the same name: make deploy STAGE=prod

export STAGE ?= dev
export AWS_REGION ?= us-east-1
export PORT ?= 3000

# The SDK's advice on the next major version of Node, at every start; the packages are pinned.
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED := true

TS := node --require tsx/cjs

.DEFAULT_GOAL := help
.PHONY: help dev test synth plan deploy plan-save plan-review plan-comment synth-diff apply bootstrap migrate-state doctor destroy seed env routes api-key test-deploy test-browser call diagnose demo verify docs bench attack format

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

node_modules: package-lock.json
	npm ci --no-fund --no-audit
	@touch node_modules

dev: node_modules ## serve the API of STAGE on 127.0.0.1:PORT, and rebuild when a file is saved
	@$(TS) scripts/dev.ts

test: node_modules ## type check, lint, unit and integration tests
	npm test

format: node_modules ## format and lint, mending what can be mended
	npm run --silent format

synth: node_modules ## write the Terraform of STAGE into cdktf.out
	@$(TS) main.ts

plan: node_modules ## show what a deployment of STAGE would change
	@$(TS) scripts/deploy.ts plan

deploy: node_modules ## deploy STAGE, and save its outputs
	@$(TS) scripts/deploy.ts deploy

plan-save: node_modules ## save a plan of STAGE, to be reviewed and then applied (PLAN=file or s3://…)
	@$(TS) scripts/saved-plan.ts save

plan-review: $(if $(PLAN_JSON),node_modules,synth) ## review a plan of STAGE as Markdown (PLAN_JSON=file: a saved one, BASE_JSON=file: that of main)
	@$(TS) scripts/plan-review.ts $(PLAN_JSON) $(if $(BASE_JSON),--base $(BASE_JSON)) $(ARGS)

plan-comment: node_modules ## put a review under a pull request on GitHub (REVIEW=file PR=number)
	@$(TS) scripts/plan-comment.ts $(REVIEW) --pr '$(PR)'

synth-diff: synth ## tell what a change does to the Terraform of STAGE (BASE=cdktf.out of the other branch)
	@$(TS) scripts/synth-diff.ts $(BASE)

apply: node_modules ## apply exactly the saved plan of STAGE
	@$(TS) scripts/saved-plan.ts apply

doctor: ## check what dev and a deployment of STAGE need, and say what is missing
	@test -d node_modules/tsx || { echo "packages  missing  not installed; npm ci"; exit 1; }
	@$(TS) scripts/doctor.ts

bootstrap: node_modules ## deploy what a team needs once per account: state bucket, roles for GitHub, log role
	@STACK=bootstrap $(TS) scripts/deploy.ts deploy

migrate-state: node_modules ## move the state of STAGE, or of STACK=bootstrap, into TF_STATE_BUCKET
	@$(TS) scripts/migrate-state.ts

destroy: node_modules ## remove STAGE and all its data
	@$(TS) scripts/deploy.ts destroy

seed: node_modules ## fill the products table of STAGE (COUNT=n: with n generated products)
	@$(TS) scripts/seed.ts

env: node_modules ## write .env from the outputs of STAGE
	@$(TS) scripts/export-env.ts

routes: synth ## print who can call what
	@$(TS) scripts/routes.ts

api-key: node_modules ## print the API key of CLIENT (default demo)
	@$(TS) scripts/api-key.ts $(CLIENT)

call: node_modules ## one request, signed and explained (REQUEST='GET /products --as reader --explain')
	@$(TS) scripts/call.ts $(REQUEST)

diagnose: node_modules ## tell why a request was refused, from what its sender has kept (ARGS=--help)
	@$(TS) scripts/diagnose.ts $(ARGS)

demo: node_modules ## walk through the API in every way, and compare with what it promises (ARGS='--stage dev')
	@$(TS) scripts/demo.ts $(ARGS)

verify: node_modules ## after a deployment: call every route of STAGE as every caller (ARGS=--local)
	@$(TS) scripts/verify.ts $(ARGS)

docs: node_modules ## write docs/signing.md and docs/images anew from real runs
	@$(TS) scripts/docs.ts

test-deploy: node_modules ## deploy, check and destroy a stage at AWS_ENDPOINT_URL
	@npm run --silent test:deploy

test-browser: node_modules ## open /index in a real Chromium (CHROMIUM=path)
	@chromium=$$($(TS) scripts/chromium.ts) && CHROMIUM="$$chromium" npm run --silent test:browser

bench: node_modules ## measure against floors, and write .local/bench.json
	@$(TS) scripts/bench.ts

attack: node_modules ## attack the gateway and the Lambdas in full (ARGS='signatures --seed 1234')
	@$(TS) scripts/attack.ts $(ARGS)
