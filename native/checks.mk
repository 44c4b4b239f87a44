# What every native addon is checked with, as root: its tests alone (check), under AddressSanitizer and UBSan (check-asan) and
# under valgrind (check-valgrind), each time all of them. The including Makefile may set TESTS, CHECK_SETTINGS and ASAN_SETTINGS.
# Not ?=: npm sets NODE to the one that it runs on itself.
NODE := $(abspath $(ROOT))/node_modules/.bin/node
TESTS ?= $(sort $(wildcard *.test.ts))
FUZZ_SECONDS ?= 60
# Both tools stretch the time that anything takes.
CHECK_SETTINGS += SALLYPORT_SLOWNESS=20
ASAN_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SANITIZERS = $$($(CXX) -print-file-name=libasan.so) $$($(CXX) -print-file-name=libubsan.so)
OTHER_BUILD = SALLYPORT_ADDON_BUILD=build/$(1) NODE_OPTIONS=--import=$(abspath ../other-build.mjs)
RUN_TESTS := --test --test-concurrency=1

.PHONY: check check-asan check-valgrind
check: all
	$(NODE) --test $(TESTS)

# The addon alone is instrumented, so the sanitizers are loaded in front of node, which leaks on purpose at exit. Until GCC 14
# the sanitizer does not take its allocator's lock around fork(): a child that is forked while another thread allocates may wait
# for ever. glibc's malloc does take it. So no thread but the test's may work: --single-threaded.
check-asan:
	@$(MAKE) --no-print-directory BUILD=build/asan CXXFLAGS='$(ASAN_FLAGS)'
	$(CHECK_SETTINGS) $(call OTHER_BUILD,asan) LD_PRELOAD="$(SANITIZERS)" ASAN_OPTIONS=detect_leaks=0:$(ASAN_SETTINGS) \
		$(NODE) --single-threaded $(RUN_TESTS) $(TESTS)

# Every node that a test starts is followed, other programs are not. io_uring's rings do not exist in a forked child, where
# valgrind's search for leaks would read them for ever: UV_USE_IO_URING=0. V8's generated code makes valgrind complain about itself, so
# only what has the addon in its stack counts. Node and the libraries carry no line numbers, the addon does.
NOT_FOLLOWED := */ip,*tables*,*/nft,*/python3*,*/clang*,*/make,*/g++*,*/bash,*/sh,*/mount,*/umount,*/stat,*/ls,*/getconf,*/uname,*/true,*/probe,*/sleep
VALGRIND := valgrind --quiet --trace-children=yes --trace-children-skip='$(NOT_FOLLOWED)' --smc-check=all-non-file --num-callers=30 \
	--leak-check=full --show-leak-kinds=definite --suppressions=$(abspath ../valgrind.supp)

check-valgrind:
	@$(MAKE) --no-print-directory BUILD=build/valgrind CXXFLAGS='-O1 -g'
	rm -f build/valgrind/*.log
	$(CHECK_SETTINGS) $(call OTHER_BUILD,valgrind) UV_USE_IO_URING=0 $(VALGRIND) --log-file=$(CURDIR)/build/valgrind/%p.log \
		$(NODE) --no-opt $(RUN_TESTS) $(VALGRIND_SETTINGS) $(TESTS)
	@if grep -lE '\.cc:[0-9]+\)|$(NAME)\.node' build/valgrind/*.log; then echo 'valgrind: errors with the addon in the stack'; exit 1; \
	else echo "valgrind: no error with the addon in the stack ($$(ls build/valgrind/*.log | wc -l) processes)"; fi
