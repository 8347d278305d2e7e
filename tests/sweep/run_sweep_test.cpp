#include "sim/sweep/run_sweep.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "sim/core/error.hpp"
#include "sim/sweep/slurm.hpp"
#include "sim/sweep/stored_sweep.hpp"
#include "tests/catch.hpp"
#include "tests/sweep/study.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// What a sweep that nothing disturbs comes to.
std::string undisturbed_rows(std::size_t points, std::size_t replications) {
  const Study study(points, replications);
  study.run();
  return study.rows();
}

[[noreturn]] void stay() {
  ::alarm(60);
  for (;;) ::pause();
}

}  // namespace

TEST_CASE("a sweep stores a row for each point and replication with parameters and figures as columns") {
  const Study study(3, 2);
  const SweepEnd end = study.run();
  CHECK(end.stored == 6);
  CHECK(end.failed == 0);
  CHECK(!end.interrupted);
  CHECK(lines_of(study.rows()) == 7);
  const StoredSweep stored = read_stored_sweep(study.directory());
  CHECK(stored.parameters == std::vector<std::string>{"devices.0.count"});
  REQUIRE(stored.points.size() == 3);
  CHECK(stored.points[1].values == std::vector<std::string>{"20"});
  REQUIRE(stored.points[1].figures.size() == 2);
  const std::size_t p95 = stored.find_metric("latency_s.p95").value();
  CHECK(stored.points[1].figures[1][p95] == 20.0 / 7 + 1);  // bit by bit
  CHECK(std::isnan(stored.points[1].figures[1][stored.find_metric("accuracy.top1").value()]));
  CHECK(stored.points[1].figures[0][stored.find_metric("stability.load.uplink").value()] == 0.5);
  CHECK(stored.points[2].figures[0][stored.find_metric("stability.stable").value()] == 0);
}

TEST_CASE("rows do not depend on how many ran at once") {
  const Study one(5, 3), four(5, 3);
  one.run(1);
  four.run(4);
  CHECK(one.rows() == four.rows());
}

TEST_CASE("a sweep that is started again runs nothing anew") {
  const Study study(4, 2);
  study.run();
  const std::string rows = study.rows();
  const SweepEnd again = study.run();
  CHECK(again.stored == 0);
  CHECK(study.simulated().size() == 8);
  CHECK(study.rows() == rows);
  CHECK(!fs::exists(study.directory() / "sweep.sqlite-wal"));  // one file is left
}

TEST_CASE("a sweep that is killed at any moment goes on without loss and without repeating what is stored") {
  // The k-th run kills the whole sweep, its parent, with the signal that nobody can catch.
  const std::string expected = undisturbed_rows(4, 2);
  for (std::size_t k = 0; k < 8; ++k) {
    CAPTURE(k);
    const Study study(4, 2);
    const int status = study.run_apart(2, [&](std::size_t point, std::size_t replication) {
      if (2 * point + replication == k) {
        ::kill(::getppid(), SIGKILL);
        stay();
      }
      return study.simulate(point, replication);
    });
    REQUIRE(WIFSIGNALED(status));
    const std::size_t stored = lines_of(study.rows()) - 1;
    const std::size_t before = study.simulated().size();
    CHECK(stored < 8);  // all but the one that killed it, at most
    study.run();
    CHECK(study.rows() == expected);
    CHECK(study.simulated().size() - before == 8 - stored);
  }
}

TEST_CASE("Ctrl-C ends a sweep at once and the next start goes on") {
  const std::string expected = undisturbed_rows(4, 2);
  const Study study(4, 2);
  const SweepEnd end = study.run(1, [&](std::size_t point, std::size_t replication) {
    if (point == 2) {
      ::kill(::getppid(), SIGINT);
      stay();
    }
    return study.simulate(point, replication);
  });
  CHECK(end.interrupted);
  CHECK(end.stored == 4);
  CHECK(lines_of(study.rows()) == 5);
  const SweepEnd rest = study.run(2);
  CHECK(!rest.interrupted);
  CHECK(rest.stored == 4);
  CHECK(study.rows() == expected);
}

TEST_CASE("a full disk ends a sweep with a sentence and what is stored stays") {
  // No file may grow beyond 100 kB: the log of transactions comes to that after some rows.
  const Study study(12, 20);
  const auto simulate = [&](std::size_t point, std::size_t replication) {
    return study.simulate(point, replication);
  };
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int code = 1;
    try {
      study.run(2, simulate);
      code = 0;
    } catch (const UserError& error) {
      const std::string text = error.what();
      code = text.find("sweep.sqlite: cannot be written") != std::string::npos &&
                     text.find("make room") != std::string::npos
                 ? 2
                 : 3;
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 2);
  const std::size_t stored = lines_of(study.rows()) - 1;
  CHECK(stored > 0);
  CHECK(stored < 240);
  const SweepEnd rest = study.run();
  CHECK(rest.stored == 240 - stored);
  CHECK(study.rows() == undisturbed_rows(12, 20));
}

TEST_CASE("a point that crashes twice is recorded with its error and the others go on") {
  const Study study(3, 2);
  const auto simulate = [&](std::size_t point, std::size_t replication) {
    const ReplicationResult result = study.simulate(point, replication);
    if (point == 1 && replication == 0) ::raise(SIGKILL);
    return result;
  };
  const SweepEnd end = study.run(2, simulate);
  CHECK(end.stored == 5);
  CHECK(end.failed == 1);
  CHECK(study.simulated().size() == 7);
  const StoredSweep stored = read_stored_sweep(study.directory());
  REQUIRE(stored.points.size() == 3);
  REQUIRE(stored.points[1].errors.size() == 1);
  CHECK_THAT(stored.points[1].errors[0], ContainsSubstring("signal 9"));
  CHECK(stored.points[1].figures.size() == 1);

  SECTION("and is left alone at the next start") {
    CHECK(study.run(2, simulate).failed == 0);
    CHECK(study.simulated().size() == 7);
  }
  SECTION("and runs again when it is asked for") {
    {
      ResultStore store(study.directory(), study.sweep(), study.keys());
      store.forget_failures();
    }
    CHECK(study.run().stored == 1);
    CHECK(study.rows() == undisturbed_rows(3, 2));
  }
}

TEST_CASE("a point that crashes once leaves the same rows as one that never did") {
  const Study study(3, 2);
  const fs::path marker = study.directory() / "crashed";
  const SweepEnd end = study.run(2, [&](std::size_t point, std::size_t replication) {
    if (point == 2 && replication == 1 && !fs::exists(marker)) {
      std::ofstream(marker) << "once";
      ::signal(SIGSEGV, SIG_DFL);  // Catch2 would tell of it
      ::raise(SIGSEGV);
    }
    return study.simulate(point, replication);
  });
  CHECK(end.stored == 6);
  CHECK(study.rows() == undisturbed_rows(3, 2));
}

TEST_CASE("a sweep that grows keeps what it has") {
  const Study study(4, 2);
  Sweep shorter = study.sweep();
  shorter.points.erase(shorter.points.begin() + 1);
  {
    std::vector<std::string> keys = study.keys();
    keys.erase(keys.begin() + 1);
    ResultStore store(study.directory(), shorter, keys);
    run_sweep(
        shorter, [&](std::size_t p, std::size_t r) { return study.simulate(p == 0 ? 0 : p + 1, r); }, store,
        2);
  }
  CHECK(study.simulated().size() == 6);
  study.run();
  CHECK(study.simulated().size() == 8);
  const StoredSweep stored = read_stored_sweep(study.directory());
  REQUIRE(stored.points.size() == 4);
  CHECK(stored.points[3].values == std::vector<std::string>{"20"});  // the new one comes last
}

TEST_CASE("a store over other parameters is refused") {
  const Study study(2, 1);
  study.run();
  Sweep other = study.sweep();
  other.parameters = {"cloud.servers"};
  CHECK_THROWS_WITH(ResultStore(study.directory(), other, study.keys()),
                    ContainsSubstring("other parameters (devices.0.count)") && ContainsSubstring("--out"));
}

TEST_CASE("two sweeps cannot write into one place") {
  const Study study(2, 1);
  const ResultStore first(study.directory(), study.sweep(), study.keys());
  CHECK_THROWS_WITH(ResultStore(study.directory(), study.sweep(), study.keys()),
                    ContainsSubstring("another sweep is writing here"));
}

TEST_CASE("a file that is no store is refused") {
  const Study study(2, 1);
  fs::create_directories(study.directory());
  std::ofstream(study.directory() / "sweep.sqlite") << std::string(5000, 'x');
  CHECK_THROWS_WITH(study.run(), ContainsSubstring("is no store that can be read"));
  CHECK_THROWS_AS(read_stored_sweep(study.directory() / "nowhere"), UserError);
}

TEST_CASE("what the tasks of an array stored is put together into the rows of one sweep") {
  const Study study(5, 2);
  const SimulatePoint simulate = [&](std::size_t p, std::size_t r) { return study.simulate(p, r); };
  const auto task = [&](std::size_t which) {
    return slurm_task_directory(study.directory() / "slurm", which);
  };
  for (const std::size_t which : {2U, 0U, 1U}) {
    ResultStore part(task(which), study.sweep(), study.keys());
    run_sweep(study.sweep(), simulate, part, 2, {}, [&](std::size_t point) { return point % 3 == which; });
  }
  CHECK(study.simulated().size() == 10);
  {
    ResultStore whole(study.directory(), study.sweep(), study.keys());
    for (const std::size_t which : {1U, 2U, 0U, 1U}) whole.merge(task(which));  // twice does no harm
    whole.merge(task(7));                                                       // a task that never began
  }
  CHECK(study.rows() == undisturbed_rows(5, 2));
  CHECK(study.run().stored == 0);
}

TEST_CASE("the script of an array runs the simulator as its child and quotes what a shell would change") {
  const std::string script =
      slurm_script({"study", "/data/it's here", {"/opt/offramp", "sweep", "a b.yaml"}, 4, {}});
  CHECK_THAT(script, ContainsSubstring("#SBATCH --array=0-3\n") && ContainsSubstring("#SBATCH --requeue\n"));
  CHECK_THAT(script,
             ContainsSubstring("'/opt/offramp' 'sweep' 'a b.yaml' --chunk \"$SLURM_ARRAY_TASK_ID/4\" --out "
                               "'/data/it'\\''s here/task-'\"$SLURM_ARRAY_TASK_ID\""));
  CHECK_THAT(script, !ContainsSubstring("exec"));
}

TEST_CASE("a warm-up is measured once a point, and its replications begin when it is known") {
  const Study study(3, 4);
  Sweep sweep = study.sweep();
  for (const std::size_t p : {0U, 2U}) sweep.points[p].scenario.warmup_auto = true;
  std::vector<double> known_s(3, -1);
  const WarmUpPilots pilots{[&](std::size_t point) {
                              study.simulate(point, 100);
                              return 2.5 * static_cast<double>(point + 1);
                            },
                            [&](std::size_t point, double warm_up_s) { known_s[point] = warm_up_s; }};
  ResultStore store(study.directory(), sweep, study.keys());
  const SimulatePoint simulate = [&](std::size_t point, std::size_t replication) {
    const double expected_s = point == 1 ? -1 : 2.5 * static_cast<double>(point + 1);
    if (known_s[point] != expected_s) throw std::runtime_error("begun without its warm-up");
    return study.simulate(point, replication);
  };
  const SweepEnd end = run_sweep(sweep, simulate, store, 3, {}, {}, pilots);
  CHECK(end.stored == 12);
  CHECK(end.failed == 0);
  const std::vector<std::string> ran = study.simulated();
  CHECK(ran.size() == 14);  // 12 replications and two pilots
  CHECK(std::count(ran.begin(), ran.end(), "0.100") == 1);
  CHECK(std::count(ran.begin(), ran.end(), "2.100") == 1);
  // When all is stored, nothing is measured.
  run_sweep(sweep, simulate, store, 3, {}, {}, pilots);
  CHECK(study.simulated().size() == 14);
}

TEST_CASE("a warm-up that cannot be measured is tried twice and fails the replications of its point alone") {
  const Study study(2, 3);
  Sweep sweep = study.sweep();
  sweep.points[0].scenario.warmup_auto = true;
  sweep.points[0].scenario.until = PrecisionGoal{"latency_s.p95", 1e-9, false, 3};
  sweep.points[0].scenario.replications = 9;
  const WarmUpPilots pilots{[&](std::size_t point) -> double {
                              study.simulate(point, 100);
                              throw UserError("it never settles");
                            },
                            [](std::size_t, double) {}};
  ResultStore store(study.directory(), sweep, study.keys());
  const SweepEnd end = run_sweep(
      sweep, [&](std::size_t p, std::size_t r) { return study.simulate(p, r); }, store, 2, {}, {}, pilots);
  CHECK(end.failed == 3);
  CHECK(end.stored == 3);
  CHECK_THAT(study.rows(), ContainsSubstring("it never settles"));
  const std::vector<std::string> ran = study.simulated();
  CHECK(std::count(ran.begin(), ran.end(), "0.100") == 2);
  CHECK(ran.size() == 5);
}

TEST_CASE("how many runs are left is known of a fixed number, and step by step of a goal") {
  // p95 of replication r is 10 / 7 + r: the interval of r = 0 ... 2 is 1 -+ 4.303 x 1 / sqrt(3) = 2.48 wide,
  // that of four 1.5 -+ 3.182 x 1.291 / 2 = 2.05.
  const Study study(2, 6);
  Sweep sweep = study.sweep();
  sweep.points[0].scenario.until = PrecisionGoal{"latency_s.p95", 2.1, false, 3};
  ResultStore store(study.directory(), sweep, study.keys());
  CHECK(runs_left(sweep, store, 0) == 3);
  CHECK(runs_left(sweep, store, 1) == 6);
  for (std::size_t r = 0; r < 3; ++r) store.add(0, r, study.simulate(0, r), {});
  CHECK(runs_left(sweep, store, 0) == 1);
  store.add(0, 3, study.simulate(0, 3), {});
  CHECK(runs_left(sweep, store, 0) == 0);
  run_sweep(
      sweep, [&](std::size_t p, std::size_t r) { return study.simulate(p, r); }, store, 2);
  CHECK(runs_left(sweep, store, 1) == 0);
  CHECK(study.simulated().size() == 10);  // none of point 0 beside its four
}
