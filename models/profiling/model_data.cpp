#include "models/profiling/model_data.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "sim/core/error.hpp"

namespace offramp {

void check_fit(const ModelDescription& model, const Dataset& data) {
  const Place place{(model.directory / "model.yaml").string()};
  const auto text = [](const FeatureShape& s) {
    return fmt::format("[{}, {}, {}]", s.channels, s.height, s.width);
  };
  std::vector<Problem> problems;
  if (data.test.shape != model.input)
    problems.push_back({place, fmt::format("input: is {}, but the images of {} are {}", text(model.input),
                                           data.name, text(data.test.shape))});
  if (data.num_classes() != model.num_classes)
    problems.push_back({place, fmt::format("classes: is {}, but {} has {}", model.num_classes, data.name,
                                           data.num_classes())});
  if (data.train.images() == 0 || data.validation.images() == 0 || data.test.images() == 0)
    problems.push_back({place, fmt::format("data: a set of {} has no images", data.name)});
  if (!problems.empty()) throw UserError(std::move(problems));
}

}  // namespace offramp
