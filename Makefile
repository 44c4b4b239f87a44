# Everything that a compiler makes: the native addons and the BPF objects. `make` does only what is out of date.
PARTS := native/nfqueue native/bpf-loader-napi native/linux bpf

.PHONY: all clean $(PARTS)
all: $(PARTS)

$(PARTS):
	@if [ -f $@/Makefile ]; then $(MAKE) --no-print-directory -C $@; fi

# The BPF objects are linked by our own loader addon.
bpf: native/bpf-loader-napi

clean:
	rm -rf native/*/build bpf/build
