#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace offramp {

/// Hands a vector over to `storage` and gives a view of it that lives as long.
template <class T>
std::span<const T> keep(std::vector<T> values, std::vector<std::shared_ptr<const void>>& storage) {
  auto kept = std::make_shared<const std::vector<T>>(std::move(values));
  const std::span<const T> view(*kept);
  storage.push_back(std::move(kept));
  return view;
}

}  // namespace offramp
