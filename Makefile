# Everything that a compiler makes: the native addons, the BPF objects and the pages. `make` does only what is out of date.
PARTS := native/nfqueue native/bpf-loader-napi native/linux bpf
# Not ?=: npm sets NODE to the one that it runs on itself.
NODE := node_modules/.bin/node

# The desktop, bundled: its pages and what runs in Electron; the stamp is as old as the last build that succeeded.
DESKTOP := apps/desktop
PAGES := $(DESKTOP)/build/pages-are-built
PAGE_SOURCES := $(shell find $(addprefix $(DESKTOP)/src/,renderer shared web-bridge main preload host) proto/*.ts proto/gen -type f) $(wildcard $(DESKTOP)/*.ts) package-lock.json

.PHONY: all clean $(PARTS)
all: $(PARTS) $(PAGES)

$(PAGES): $(PAGE_SOURCES)
	@$(NODE) $(DESKTOP)/build.ts
	@touch $@

$(PARTS):
	@if [ -f $@/Makefile ]; then $(MAKE) --no-print-directory -C $@; fi

# The BPF objects are linked by our own loader addon.
bpf: native/bpf-loader-napi

clean:
	rm -rf native/*/build bpf/build apps/desktop/build
