#include <cmath>

#include "models/nets/cell_answers.hpp"
#include "models/nets/cell_mask.hpp"
#include "models/nets/registry.hpp"
#include "models/nets/trained_model.hpp"
#include "models/nets/weights.hpp"
#include "models/profiling/measured_times.hpp"
#include "models/profiling/people_cut.hpp"
#include "models/profiling/profile_people.hpp"
#include "models/training/frame_batches.hpp"
#include "models/training/people_loss.hpp"
#include "models/training/train_people.hpp"
#include "sim/core/error.hpp"
#include "tests/models/torch_catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

constexpr CellGrid kGrid{1, 2};

/// A map of places, one frame: whether someone is there, and how many before the softplus.
torch::Tensor map_of(const std::vector<float>& someone, const std::vector<float>& many, std::int64_t height) {
  const auto width = static_cast<std::int64_t>(someone.size()) / height;
  return torch::stack(
             {torch::tensor(someone).view({height, width}), torch::tensor(many).view({height, width})})
      .unsqueeze(0);
}

/// Grey frames of 16 x 32 pixels with a white spot of 4 x 4 where the one person is, in a few steps learnt.
PeopleFrames spots(int count, int first) {
  PeopleFrames frames;
  frames.images.shape = {1, 16, 32};
  for (int i = 0; i < count; ++i) {
    const int left = (first + 5 * i) % 28, top = (first + 3 * i) % 12;
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 32; ++x)
        frames.images.pixels.push_back(x >= left && x < left + 4 && y >= top && y < top + 4 ? 250 : 90);
    frames.images.labels.push_back(1);
    frames.people.push_back({{(left + 2) / 32.0, (top + 2) / 16.0}});
  }
  return frames;
}

PeopleDataset spot_data() {
  PeopleDataset data;
  data.name = "spots";
  data.train = spots(40, 0);
  data.validation = spots(6, 7);
  data.test = spots(8, 3);
  data.files = {{"spots", std::string(64, 'a')}};
  data.source = "Made by the test";
  data.terms = "none";
  return data;
}

ModelDescription spot_model(const fs::path& directory) {
  ModelDescription model;
  model.name = "spots_model";
  model.directory = directory;
  model.network = "darknet53_cells";
  model.dataset = "spots";
  model.input = {1, 16, 32};
  model.num_classes = 2;
  model.num_exits = 4;
  model.cells = CellGrid{1, 2};
  model.options = {{"width", "2"}, {"converter_channels", "3"}};
  model.training = {{"epochs", "2"}, {"batch", "8"}, {"bf16", "false"}, {"masked", "0.5"}, {"shift", "1"}};
  return model;
}

}  // namespace

TEST_CASE("somebody is in a cell unless nobody is at any of its places, and counts add up") {
  // Two cells of two places each. P(nobody in the first) = (1 - 1/2)(1 - 3/4) = 1/8: logits 0 and ln 3.
  const torch::Tensor map = map_of({0, std::log(3.0F), -30, -30}, {0, 0, -30, 2}, 1);
  const CellAnswers answers = cell_answers(map, kGrid);
  REQUIRE(std::exp(answers.logits[0][0][0].item<double>()) == Approx(0.125));
  REQUIRE(std::exp(answers.logits[0][0][1].item<double>()) == Approx(0.875));
  REQUIRE(std::exp(answers.logits[0][1][1].item<double>()) == Approx(0).margin(1e-5));
  // softplus(0) = ln 2.
  REQUIRE(answers.counts[0][0].item<double>() == Approx(2 * std::log(2.0)));
  REQUIRE(answers.counts[0][1].item<double>() == Approx(std::log1p(std::exp(2.0))));
  REQUIRE(cell_entropy(answers)[0][0].item<double>() ==
          Approx(-0.125 * std::log(0.125) - 0.875 * std::log(0.875)));
}

TEST_CASE("a mask keeps the places of kept cells and a margin around them") {
  const torch::Tensor keep = torch::tensor({{1.0F, 0.0F}});
  REQUIRE(torch::equal(kept_places(keep, kGrid, 1, 6, 0).flatten(),
                       torch::tensor({1., 1., 1., 0., 0., 0.}).to(torch::kFloat32)));
  REQUIRE(torch::equal(kept_places(keep, kGrid, 1, 6, 2).flatten(),
                       torch::tensor({1., 1., 1., 1., 1., 0.}).to(torch::kFloat32)));
  const torch::Tensor feature = torch::full({1, 2, 1, 6}, -3.0F);
  REQUIRE(masked_feature(feature, keep, kGrid, 0).sum().item<double>() == Approx(-3.0 * 2 * 3));
}

TEST_CASE(
    "the loss of people is cross entropy of cells and Poisson likelihood of places, over the kept cells") {
  const torch::Tensor map = map_of({0, std::log(3.0F), 0, 0}, {0, 0, 0, 0}, 1);
  const torch::Tensor people = torch::tensor({{{1.0F, 0.0F, 0.0F, 0.0F}}});
  // First cell: -ln 7/8; second, where nobody is: -ln 1/4. Each place: rate r = ln 2, r - n ln r.
  const double rate = std::log(2.0);
  const double first = -std::log(0.875) + 2 * rate - std::log(rate);
  const double second = -std::log(0.25) + 2 * rate;
  const auto loss = [&](float keep_second) {
    return people_loss(map, people, torch::tensor({{1.0F, keep_second}}), kGrid).item<double>();
  };
  REQUIRE(loss(1) == Approx((first + second) / 2));
  REQUIRE(loss(0) == Approx(first / 2));
}

TEST_CASE("people move as their frame's pixels do") {
  PeopleFrames frames = spots(6, 1);
  TrainingRecipe recipe;
  recipe.batch = 6;
  recipe.flip = true;
  recipe.shift = 2;
  recipe.zoom = 0.1;
  FrameBatches batches(frames, recipe, 3);
  REQUIRE(batches.batches() == 1);
  const FrameBatch batch = batches.next();
  for (std::size_t i = 0; i < 6; ++i) {
    const torch::Tensor bright = (batch.pixels[static_cast<std::int64_t>(i)][0] - 90).clamp_min(0);
    if (batch.people[i].empty() || bright.sum().item<double>() < 1000)
      continue;  // moved out of view, or half
    const double x = ((bright.sum(0) * (torch::arange(32) + 0.5)).sum() / bright.sum()).item<double>();
    // The spot's middle, unless the frame's edge cuts it.
    REQUIRE(x / 32 == Approx(batch.people[i][0].right).margin(0.05));
  }
  const torch::Tensor map = people_map(batch.people, 2, 4);
  double in_view = 0;
  for (const auto& people : batch.people) in_view += static_cast<double>(people.size());
  REQUIRE(map.sum().item<double>() == in_view);
}

TEST_CASE("each cell's answer is that of the first exit that accepts it") {
  // Sure of "nobody" in cell 0, unsure in cell 1.
  const CellSayings early{{std::log(0.99F), std::log(0.01F), std::log(0.5F), std::log(0.5F)}, {0.1F, 0.7F}};
  const CellSayings late{{std::log(0.2F), std::log(0.8F), std::log(0.1F), std::log(0.9F)}, {1.5F, 2.0F}};
  const std::vector<CellSayings> exits{early, late};
  // One rule or the other: of two classes they order cells alike.
  const CellMask entropy{"entropy", {0.1}}, probability{"max_probability", {0.98}}, margin{"margin", {0.96}};
  for (const CellMask& policy : {entropy, probability, margin})
    REQUIRE(unsure_cells(std::span(exits).first(1), policy, 2) == std::vector<std::uint8_t>{0, 1});
  const CellSayings answer = first_accepted(exits, entropy);
  REQUIRE(answer.counts == std::vector<float>{0.1F, 2.0F});
  const std::vector<std::int32_t> people{0, 3};
  REQUIRE(cell_f1(answer, people) == 1.0);
  REQUIRE(count_error(answer, people, 2) == Approx(3 - 2.1));
}

TEST_CASE("the cloud of a people counter may run another network than the edge") {
  const ScratchDirectory folder;
  ModelDescription model = spot_model(folder.path());
  const PeopleFrames frames = spots(2, 0);
  for (const std::string cloud : {"darknet53", "resnet9", "mobilenet"}) {
    model.options = {{"width", "2"}, {"converter_channels", "3"}, {"cloud", cloud}, {"cloud_width", "8"}};
    const std::shared_ptr<BranchyNetwork> network = make_network(model);
    const std::vector<CellSayings> said = run_all_cells(*network, frames.images);
    REQUIRE(said.size() == 4);
    REQUIRE(said.back().counts.size() == 2 * kGrid.cells());
    bool own_names = false;
    for (const auto& parameter : network->named_parameters())
      own_names = own_names || parameter.key().starts_with("cloud_");
    REQUIRE(own_names == (cloud != "darknet53"));
  }
  model.options = {{"cloud", "resnet"}};
  REQUIRE_THROWS_WITH(
      make_network(model),
      ContainsSubstring("options.cloud: found \"resnet\"; allowed: darknet53, resnet9, mobilenet"));
}

TEST_CASE("a patient rule accepts a cell of which exits in a row say the same") {
  const auto says = [](bool first, bool second) {
    const float yes = std::log(0.6F), no = std::log(0.4F);
    return CellSayings{{first ? no : yes, first ? yes : no, second ? no : yes, second ? yes : no}, {0, 1}};
  };
  const std::vector<CellSayings> exits{says(true, false), says(true, true), says(false, true),
                                       says(true, true)};
  const CellMask once{"patience", {}, 1}, twice{"patience", {}, 2};
  const std::span<const CellSayings> all(exits);
  REQUIRE(unsure_cells(all.first(1), once, 4) == std::vector<std::uint8_t>{1, 1});
  REQUIRE(unsure_cells(all.first(2), once, 4) == std::vector<std::uint8_t>{0, 1});
  REQUIRE(unsure_cells(all.first(3), once, 4) == std::vector<std::uint8_t>{0, 0});
  REQUIRE(unsure_cells(all.first(3), twice, 4) == std::vector<std::uint8_t>{1, 1});
  REQUIRE(first_accepted(exits, once).logits[0] == exits[1].logits[0]);
  REQUIRE(first_accepted(exits, once).logits[2] == exits[2].logits[2]);
}

TEST_CASE("a people counter is trained, and its profile says what it says live, under each mask") {
  torch::set_num_threads(1);
  const ScratchDirectory folder;
  const PeopleDataset data = spot_data();
  const ModelDescription model = spot_model(folder.path());
  const std::string results =
      train_people_counter(model, data, read_recipe(model), "offramp train spots_model");
  REQUIRE_THAT(results, ContainsSubstring("8 test frames"));
  REQUIRE(fs::exists(folder / "card.md"));

  const TrainedModel trained = load_trained_model(model);
  const std::vector<CellMask> masks{{"entropy", {0.6, 0.6, 0.6}}, {"patience", {}, 1}, {kMaskOfAll}};
  const ExitProfile profile = profile_people(
      trained, data, {{"input", "raw_u8"}, {"exit 1", "raw_f32"}, {"exit 2", "int8_zstd"}}, masks, {});
  REQUIRE(profile.cells == CellGrid{1, 2});
  REQUIRE(profile.sets.size() == 2);
  const ImageSet& test = profile.set("test");
  REQUIRE(test.images() == 8);
  REQUIRE(std::vector<std::int32_t>(test.labels.begin(), test.labels.end()) == data.test.cell_counts({1, 2}));

  const std::vector<CellSayings> live = run_all_cells(*trained.network, data.test.images);
  const auto same = [](std::span<const float> recorded, const std::vector<float>& values) {
    return std::equal(recorded.begin(), recorded.end(), values.begin(), values.end());
  };
  for (std::size_t exit = 0; exit < 4; ++exit) REQUIRE(same(test.counts[exit], live[exit].counts));
  const SplitPoint& split = *profile.find_split("exit 1");
  const CodecAnswers& masked = *split.find_masked("raw_f32", 0);
  const std::vector<std::uint8_t> unsure = unsure_cells(std::span(live).first(2), masks[0], 4);
  const CutSayings said = run_cut(*trained.network, data.test.images, {1, unsure, nullptr});
  REQUIRE(same(masked.sets[1].counts[1], said.exits[1].counts));
  // Without a mask, and through a codec that loses nothing, the exits behind say what they say of whole
  // frames.
  const CodecAnswers& whole = *split.find_masked("raw_f32", 2);
  REQUIRE(whole.exact);
  REQUIRE(same(whole.sets[1].counts[1], live[3].counts));
  REQUIRE(profile.find_split("input")->codecs.size() == 1);

  const MeasuredTimes times = measure_people_counter(model, data, {"entropy", {0.6, 0.6, 0.6}, 0, 0}, 4);
  REQUIRE(times.images == 4);
  REQUIRE(times.gain == Approx(times.plain_s / times.early_exit_s).epsilon(0.5));
  // A frame has left where its last cell has.
  REQUIRE(measure_people_counter(model, data, {"entropy", {1, 0, 0}, 0, 0}, 4).exit_shares ==
          std::vector<double>{1, 0, 0, 0});
  REQUIRE(measure_people_counter(model, data, {"entropy", {0, 0, 0}, 0, 0}, 4).exit_shares ==
          std::vector<double>{0, 0, 0, 1});

  // Read back, and taken over as it is.
  write_exit_profile(folder / "profile.safetensors", profile);
  const ExitProfile again = read_exit_profile(folder / "profile.safetensors");
  REQUIRE(people_profile_fits(again, trained, data));
  REQUIRE(profile_people(trained, data, {{"exit 2", "int8_zstd"}}, masks, {again})
              .find_split("exit 1")
              ->codecs.size() == 3);
  REQUIRE((again.masks == masks));
  REQUIRE_THROWS_WITH(profile_people(trained, data, {{"exit 9", "raw_f32"}}, masks, {}),
                      ContainsSubstring("exit 9"));
  REQUIRE_THROWS_WITH(profile_people(trained, data, {}, {{"entropy", {0.1}}}, {}),
                      ContainsSubstring("give 3, one for each exit"));
}

TEST_CASE("a frame whose places the cells do not divide is refused") {
  ModelDescription model = spot_model("/nowhere");
  model.cells = CellGrid{1, 3};
  REQUIRE_THROWS_WITH(make_network(model), ContainsSubstring("1x3 cells do not divide"));
  model.cells.reset();
  REQUIRE_THROWS_WITH(make_network(model), ContainsSubstring("cells: is missing"));
  model.network = "darknet53";
  model.cells = CellGrid{1, 2};
  REQUIRE_THROWS_WITH(make_network(model), ContainsSubstring("names a class for the picture"));
}
