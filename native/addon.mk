# Rules that every native addon shares. The including Makefile sets NAME and SOURCES, and LIBS where it links a library.
# N-API headers come from npm and uv.h from libuv1-dev, so a build needs no Node source tree and no download.
ROOT := ../..
BUILD ?= build
CXX ?= g++
CXXFLAGS ?= -O2 -g
ADDON_FLAGS := -std=c++17 -fPIC -fvisibility=hidden -Wall -Wextra -Werror -DNAPI_VERSION=9 -DNODE_ADDON_API_DISABLE_CPP_EXCEPTIONS -DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS \
	-isystem $(ROOT)/node_modules/node-addon-api -isystem $(ROOT)/node_modules/node-api-headers/include
OBJECTS := $(SOURCES:src/%.cc=$(BUILD)/%.o)

.PHONY: all
all: $(BUILD)/$(NAME).node

$(BUILD)/$(NAME).node: $(OBJECTS)
	$(CXX) $(CXXFLAGS) -shared -o $@ $^ $(LIBS)

$(BUILD)/%.o: src/%.cc $(wildcard src/*.h) Makefile ../addon.mk
	@mkdir -p $(BUILD)
	$(CXX) $(CXXFLAGS) $(ADDON_FLAGS) -c -o $@ $<
