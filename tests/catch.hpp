#pragma once

// The one place that knows how Catch2's releases differ: version 2 has a single header, and other names.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
using Catch::Detail::Approx;  // Catch::Approx is a matcher there

namespace Catch::Matchers {
inline StdString::ContainsMatcher ContainsSubstring(const std::string& part) { return Contains(part); }
}  // namespace Catch::Matchers
#endif
