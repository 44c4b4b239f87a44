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
	$(BUILD)/fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=5 -max_len=4096 -print_final_stats=1 $(BUILD)/corpus

$(BUILD)/accept $(BUILD)/connect: $(BUILD)/%: bench/%.c
	@mkdir -p $(BUILD)
	$(CC) -O2 -Wall -Wextra -o $@ $<

bench: all $(BUILD)/accept $(BUILD)/connect
	unshare --net $(NODE) bench/main.ts

# Both checkers run the whole suite on a copy of the package in a temporary folder beside this one's build (imports resolve from
# there), because the loader takes build/nfqueue.node; the copy is removed at the end, so that no compiler or linter finds it.
# Timings stretch under them, and memory that they hold back would look like growth, hence fewer packets.
TESTS := arguments.test.ts delivery.test.ts lifecycle.test.ts parser.test.ts pressure.test.ts
CHECK_ENVIRONMENT := NFQUEUE_TEST_TIMEOUT_MS=300000 NFQUEUE_TEST_PACKETS=20000
ASAN_LIBRARY = $(shell $(CXX) -print-file-name=libasan.so)

define copy_package
	rm -rf build/$(1)/package
	mkdir -p build/$(1)/package/build
	cp *.ts package.json build/$(1)/package/
	cp -r test build/$(1)/package/
	cp build/$(2)/nfqueue.node build/$(1)/package/build/
endef

.PHONY: asan valgrind
asan:
	$(MAKE) BUILD=build/asan CXXFLAGS='-O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer'
	$(call copy_package,asan,asan)
	cd build/asan/package && $(CHECK_ENVIRONMENT) LD_PRELOAD=$(ASAN_LIBRARY) ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=2 UBSAN_OPTIONS=halt_on_error=1 \
		$(NODE) --test --test-concurrency=1 $(TESTS); \
		status=$$?; rm -rf $(CURDIR)/build/asan/package; exit $$status

# Takes half an hour. valgrind's own memory grows, so that one test is left out. Only what has the addon in its stack counts; V8's generated code makes valgrind complain about itself. --error-exitcode fails a test.
valgrind:
	$(MAKE) BUILD=build/valgrind CXXFLAGS='-O1 -g'
	$(call copy_package,valgrind,valgrind)
	rm -f build/valgrind/*.log
	for test in $(TESTS); do \
		(cd build/valgrind/package && $(CHECK_ENVIRONMENT) \
			valgrind --quiet --trace-children=yes --trace-children-skip='*ip*tables*,*/ip,*/nft,*python3*' --smc-check=all-non-file \
			--leak-check=full --show-leak-kinds=definite --log-file=$(CURDIR)/build/valgrind/%p.log \
			$(NODE) --no-opt --expose-gc --test-skip-pattern='memory does not grow' $$test) || { rm -rf build/valgrind/package; exit 1; }; \
	done; rm -rf build/valgrind/package
	@if grep -l 'nfqueue\.node\|nfqueue::' build/valgrind/*.log; then echo 'valgrind: errors with the addon in the stack'; exit 1; \
	else echo "valgrind: no error with the addon in the stack ($$(ls build/valgrind/*.log | wc -l) processes)"; fi
