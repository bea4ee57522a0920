# Every target installs what it needs: packages are installed again when the lock file is newer than they are.
# Settings are environment variables, or make variables of the same name: make deploy STAGE=prod

export STAGE ?= dev
export AWS_REGION ?= us-east-1
export PORT ?= 3000

# The SDK's advice on the next major version of Node, at every start; the packages are pinned.
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED := true

TS := node --import tsx

.DEFAULT_GOAL := help
.PHONY: help dev test synth plan deploy destroy seed env routes api-key test-deploy bench format

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

test-deploy: node_modules ## deploy, check and destroy a stage at AWS_ENDPOINT_URL
	@npm run --silent test:deploy

bench: node_modules ## measure against floors, and write .local/bench.json
	@$(TS) scripts/bench.ts
