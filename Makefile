# Fever. `make` lists the commands.
.DEFAULT_GOAL := help
.PHONY: help run test bench bench-quick bench-micro bench-ingest lint format setup clean doctor

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

BENCH := dotnet bench/Fever.Bench/bin/Release/net10.0/Fever.Bench.dll
BUILD_BENCH := dotnet build bench/Fever.Bench/Fever.Bench.csproj --configuration Release --verbosity quiet
APPHOST := Fever.AppHost/bin/Debug/net10.0/Fever.AppHost.dll
# What the running app is built from; a build is skipped when the AppHost is newer than all of it.
SOURCES := $(shell find Fever.* standins tests/Fever.ProviderSimulator Directory.* global.json \
	\( -name bin -o -name obj -o -name node_modules -o -name .tools \) -prune -o \
	-type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' \) -print 2>/dev/null)

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup $(APPHOST) ## Build what is needed and run everything; Ctrl+C stops it
	@DOTNET_ENVIRONMENT=Development exec dotnet $(APPHOST)

test: setup ## Build everything and run every test; ends with "N passed, N failed"
	@.ci/test

bench: setup ## Measure searches beside nginx and pgbench; the machine should do nothing else (about 8 minutes)
	@$(BUILD_BENCH)
	@exec $(BENCH) search

bench-quick: setup ## The same once and shorter (up to 3 minutes); writes no file
	@$(BUILD_BENCH)
	@exec $(BENCH) search --quick

bench-micro: setup ## Measure single functions of SearchApi (about 1 minute)
	@dotnet build bench/Fever.Micro/Fever.Micro.csproj --configuration Release --verbosity quiet
	@exec dotnet bench/Fever.Micro/bin/Release/net10.0/Fever.Micro.dll

bench-ingest: setup ## Measure how feeds are ingested; the machine should do nothing else (about 4 minutes)
	@$(BUILD_BENCH)
	@exec $(BENCH) ingest

lint: ## Check formatting and style; changes nothing
	dotnet format Fever.sln --verify-no-changes
	dotnet build Fever.sln --verbosity quiet

format: ## Put the sources into the house format
	dotnet format Fever.sln

setup: ## Fetch what is missing: PostgreSQL, the dashboard, the real Aspire where possible
	@standins/setup.sh

doctor: ## Say what was found, what is missing, and which mode runs
	@standins/doctor.sh

clean: ## Remove build output and fetched tools; keeps .data
	rm -rf standins/node_modules standins/.tools
	find . -type d \( -name bin -o -name obj -o -name TestResults \) -not -path './.git/*' -prune -exec rm -rf {} +

# The mode is a source, too: what was built with the stand-ins does not run on the real Aspire.
$(APPHOST): $(SOURCES) $(wildcard standins/.tools/mode)
	@echo "build: restoring and compiling (about 20 s the first time)"
	@dotnet build Fever.AppHost/Fever.AppHost.csproj --verbosity quiet
	@touch $@
