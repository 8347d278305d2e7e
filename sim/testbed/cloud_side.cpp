#include "sim/testbed/cloud_side.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "sim/testbed/monotonic.hpp"
#include "sim/testbed/priorities.hpp"

namespace offramp {

CloudSide::CloudSide(const WorkOrder& order, CloudWork& work, FileDescriptor listener)
    : order_(order),
      work_(work),
      listener_(std::move(listener)),
      lines_(order.routes.size()),
      idle_servers_(order.cloud.servers),
      seen_(order.requests.size(), false) {
  for (const WorkOrder::Request& request : order.requests) report_.tasks.push_back({request.id});
}

double CloudSide::since_start_s() const { return monotonic_s() - start_s_; }

CloudReport CloudSide::run(double start_s) {
  start_s_ = start_s;
  run_thread_first(kLoopPriority);
  worker_ = std::make_unique<WorkThread>([] { run_thread_first(kWorkPriority); });
  loop_.watch(listener_.get(), POLLIN, [this](short) { accept(); });
  loop_.at(start_s + order_.horizon_s, [this] { loop_.stop(); });
  loop_.run();
  worker_.reset();
  return std::move(report_);
}

void CloudSide::accept() {
  for (;;) {
    FileDescriptor accepted(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (accepted.get() < 0) return;
    const auto peer = std::make_shared<Peer>();
    const std::weak_ptr<Peer> held = peer;  // its own handlers must not keep it
    MessageSocket::Handlers handlers;
    handlers.message = [this, held](const Message& message, double received_s) {
      if (const auto from = held.lock(); from && !from->gone) on_request(from, message, received_s);
    };
    handlers.closed = [this, held](std::string_view why, bool refused) {
      if (const auto from = held.lock()) cut_off(from, why, refused);
    };
    peer->socket = std::make_unique<MessageSocket>(loop_, std::move(accepted), std::move(handlers));
    peers_.push_back(peer);
  }
}

void CloudSide::cut_off(const std::shared_ptr<Peer>& peer, std::string_view why, bool refused) {
  if (peer->gone) return;
  peer->gone = true;
  if (refused) {
    ++report_.refused;
    report_.last_refusal = why;
  }
  loop_.post([this, peer] { peers_.remove(peer); });
}

void CloudSide::on_request(const std::shared_ptr<Peer>& peer, const Message& message, double received_s) {
  if (message.type != Message::Type::request) return cut_off(peer, "an answer, where requests go", true);
  if (message.request >= order_.requests.size()) return cut_off(peer, "a request that nobody makes", true);
  const auto request = static_cast<std::uint32_t>(message.request);
  const WorkOrder::Device& device = order_.devices[order_.requests[request].device];
  if (message.route != device.route) return cut_off(peer, "a request of another route", true);
  if (seen_[request]) return cut_off(peer, "a request that came before", true);
  seen_[request] = true;
  const WorkOrder::Route& route = order_.routes[device.route];
  report_.tasks[request].received_s = received_s - start_s_;
  auto task = std::make_shared<Task>();
  task->request = request;
  task->due_s = received_s - start_s_ + route.decode_s;
  task->from = peer;
  if (route.decode_s < kShortWorkS) {
    try {
      task->feature = work_.decode(order_.requests[request].device, message.payload);
    } catch (const std::exception& error) {
      return cut_off(peer, error.what(), true);
    }
    return on_decoded(task);
  }
  worker_->give(
      [this, task, payload = std::vector<std::uint8_t>(message.payload.begin(), message.payload.end())] {
        try {
          task->feature = work_.decode(order_.requests[task->request].device, payload);
        } catch (const std::exception& error) {
          return loop_.post([this, task, why = std::string(error.what())] {
            if (const auto sender = task->from.lock()) cut_off(sender, why, true);
          });
        }
        loop_.post([this, task] { on_decoded(task); });
      });
}

void CloudSide::on_decoded(const std::shared_ptr<Task>& task) {
  if (since_start_s() > task->due_s) ++report_.late.overruns;
  loop_.at(start_s_ + task->due_s, [this, task] { enqueue(std::move(*task)); });
}

void CloudSide::enqueue(Task task) {
  CloudReport::Task& report = report_.tasks[task.request];
  report.decoded_s = since_start_s();
  report_.late.note(task.due_s, report.decoded_s);
  if (waiting_ >= order_.cloud.queue_limit && idle_servers_ == 0) {
    report.dropped = true;
    if (const auto peer = task.from.lock(); peer && !order_.reuse) cut_off(peer, "dropped", false);
    return;
  }
  const double now_s = task.due_s;
  lines_[order_.devices[order_.requests[task.request].device].route].push_back(std::move(task));
  ++waiting_;
  dispatch(now_s);
}

/// Of the lines with a full batch or a head that has waited long enough, the one whose head came first.
std::deque<CloudSide::Task>* CloudSide::ready_line(double now_s) {
  std::deque<Task>* first = nullptr;
  for (std::deque<Task>& line : lines_) {
    if (line.empty()) continue;
    const bool ready =
        line.size() >= order_.cloud.batch_max || line.front().due_s + order_.cloud.batch_wait_s <= now_s;
    if (ready && (first == nullptr || line.front().due_s < first->front().due_s)) first = &line;
  }
  return first;
}

/// @param now_s  as planned, so that a late timer does not make everything behind it later
void CloudSide::dispatch(double now_s) {
  while (idle_servers_ > 0) {
    std::deque<Task>* line = ready_line(now_s);
    if (line == nullptr) break;
    start_batch(static_cast<std::uint16_t>(line - lines_.data()), now_s);
  }
  if (idle_servers_ == 0) return;  // whoever frees a server looks again
  for (const std::deque<Task>& line : lines_)
    if (!line.empty()) {
      const double due_s = line.front().due_s + order_.cloud.batch_wait_s;
      loop_.at(start_s_ + due_s, [this, due_s] { dispatch(due_s); });
    }
}

void CloudSide::start_batch(std::uint16_t route, double now_s) {
  --idle_servers_;
  auto batch = std::make_shared<Batch>();
  std::vector<CloudWork::Feature> features;
  for (std::deque<Task>& line = lines_[route]; !line.empty() && batch->size() < order_.cloud.batch_max;) {
    report_.tasks[line.front().request].started_s = since_start_s();
    features.push_back(std::move(line.front().feature));
    batch->push_back(std::move(line.front()));
    line.pop_front();
    --waiting_;
  }
  const std::size_t number = report_.batches.size();
  report_.batches.push_back({since_start_s(), kNotReached});
  worker_->give([this, route, now_s, batch, number, features = std::move(features)] {
    const std::vector<Answer> answers = work_.run(route, features);
    std::vector<int> exits;
    for (const Answer& answer : answers) exits.push_back(answer.exit);
    const double due_s = now_s + cloud_compute_s(order_.routes[route], exits);
    loop_.post([this, batch, answers, number, due_s] {
      if (since_start_s() > due_s) ++report_.late.overruns;
      loop_.at(start_s_ + due_s,
               [this, batch, answers, number, due_s] { finish_batch(*batch, answers, number, due_s); });
    });
  });
}

void CloudSide::finish_batch(const Batch& batch, const std::vector<Answer>& answers, std::size_t number,
                             double due_s) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    CloudReport::Task& report = report_.tasks[batch[i].request];
    report.computed_s = since_start_s();
    report.exit = answers[i].exit;
    report_.late.note(due_s, report.computed_s);
    const auto peer = batch[i].from.lock();
    if (!peer || peer->gone) continue;
    const std::uint16_t route = order_.devices[order_.requests[batch[i].request].device].route;
    peer->socket->send(encode_message(
        {Message::Type::answer, route, batch[i].request, encode_answer(answers[i], order_.answer_bytes)}));
  }
  report_.batches[number].computed_s = since_start_s();
  ++idle_servers_;
  dispatch(due_s);
}

}  // namespace offramp
