# Memory checkers, fuzzer and bench. Not part of a build.
CLANG ?= clang++-14
FUZZ_SECONDS ?= 60
NODE ?= node

.PHONY: fuzz bench
$(BUILD)/fuzz: src/fuzz.cc src/netlink_parser.cc src/netlink_parser.h src/packet_fields.h
	@mkdir -p $(BUILD)
	$(CLANG) -std=c++17 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -o $@ src/fuzz.cc src/netlink_parser.cc

fuzz: $(BUILD)/fuzz
	@mkdir -p $(BUILD)/corpus
	$(BUILD)/fuzz -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -print_final_stats=1 $(BUILD)/corpus

$(BUILD)/accept $(BUILD)/connect: $(BUILD)/%: bench/%.c
	@mkdir -p $(BUILD)
	$(CC) -O2 -Wall -Wextra -o $@ $<

bench: all $(BUILD)/accept $(BUILD)/connect
	unshare --net $(NODE) bench/main.ts
