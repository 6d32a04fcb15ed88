# The names of the manual; each is one npm script. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help install build test test-unit test-integration test-all coverage lint typecheck check docs

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST)

install: ## what package-lock.json says
	npm ci

build: ## src to dist/
	npm run build

test: ## every test, as npm test
	npm test

test-unit: ## without those that run the built program
	npm run test:unit

test-integration: ## those that run the built program
	npm run test:integration

test-all: ## every test, the dashboard's, and the MCP conformance suites
	npm test
	npm run dashboard:test
	npm run conformance

coverage: ## every test with coverage, 85 % at least
	npm run coverage

lint: ## style, imports
	npm run lint
	npm run imports

typecheck: ## types
	npm run types

check: ## all that must hold before a change goes in
	npm run check

docs: ## the generated tables of the documents
	npm run docs
