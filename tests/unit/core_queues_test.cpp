// The three queues between threads. Latches gate the threads; nothing sleeps.
#include <QtTest>

#include <atomic>
#include <latch>
#include <numeric>
#include <string>
#include <thread>

#include "annotation/core/bounded_queue.h"
#include "annotation/core/inbox.h"
#include "annotation/core/mailbox.h"

using namespace fs2;

class CoreQueuesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void mailboxKeepsTheLatestOfAKey();
    void mailboxOrder();
    void mailboxRemoves();
    void mailboxWakesAndStops();
    void queueBlocksItsProducer();
    void queueStops();
    void queueDrainsWhenClosed();
    void queueKeepsAllInOrder();
    void inboxWakesOnlyWhenItWasEmpty();
    void inboxTakesFromManyThreads();
};

void CoreQueuesTest::mailboxKeepsTheLatestOfAKey() {
    Mailbox<std::string, int> mailbox;
    mailbox.put("a", 1, 10);
    mailbox.put("b", 1, 20);
    mailbox.put("a", 1, 11);
    QCOMPARE(mailbox.size(), std::size_t(2));
    QCOMPARE(mailbox.tryTake(), std::optional(11));  // it kept its place
    QCOMPARE(mailbox.tryTake(), std::optional(20));
    QVERIFY(!mailbox.tryTake());
}

void CoreQueuesTest::mailboxOrder() {
    Mailbox<int, std::string> mailbox;
    mailbox.put(1, 0, "prefetch");
    mailbox.put(2, 5, "run");
    mailbox.put(3, 9, "click");
    mailbox.put(4, 9, "second click");
    mailbox.put(1, 9, "raised");
    std::vector<std::string> taken;
    while (auto value = mailbox.tryTake()) taken.push_back(*value);
    QVERIFY((taken == std::vector<std::string>{"raised", "click", "second click", "run"}));
}

void CoreQueuesTest::mailboxRemoves() {
    Mailbox<int, int> mailbox;
    mailbox.put(1, 0, 1);
    mailbox.put(2, 0, 2);
    QVERIFY(mailbox.remove(1));
    QVERIFY(!mailbox.remove(1));
    QCOMPARE(mailbox.tryTake(), std::optional(2));
    mailbox.put(3, 0, 3);
    mailbox.clear();
    QCOMPARE(mailbox.size(), std::size_t(0));
}

void CoreQueuesTest::mailboxWakesAndStops() {
    Mailbox<int, int> mailbox;
    std::latch started(1), first(1);
    std::atomic<int> got = 0;
    std::atomic<bool> ended = false;
    std::jthread worker([&](std::stop_token stop) {
        started.count_down();
        while (const auto value = mailbox.take(stop)) {
            got = *value;
            first.count_down();
        }
        ended = true;
    });
    started.wait();
    mailbox.put(1, 0, 42);
    first.wait();
    QCOMPARE(got.load(), 42);
    worker.request_stop();
    worker.join();
    QVERIFY(ended);
    mailbox.put(1, 0, 43);
    std::stop_source stopped;
    stopped.request_stop();
    QVERIFY(!mailbox.take(stopped.get_token()));  // nothing is handed out after a stop
}

void CoreQueuesTest::queueBlocksItsProducer() {
    BoundedQueue<int> queue(2);
    std::atomic<int> pushed = 0;
    std::latch full(2);
    std::jthread producer([&](std::stop_token stop) {
        for (int i = 0; i < 5; ++i) {
            if (!queue.push(i, stop)) return;
            ++pushed;
            if (i < 2) full.count_down();
        }
    });
    full.wait();
    QCOMPARE(queue.size(), std::size_t(2));
    for (int i = 0; i < 5; ++i) QCOMPARE(queue.pop({}), std::optional(i));
    producer.join();
    QCOMPARE(pushed.load(), 5);
    QVERIFY(queue.size() == 0);
}

void CoreQueuesTest::queueStops() {
    BoundedQueue<int> queue(1);
    QVERIFY(queue.push(1, {}));
    std::atomic<bool> refused = false;
    std::jthread producer([&](std::stop_token stop) { refused = !queue.push(2, stop); });
    producer.request_stop();
    producer.join();
    QVERIFY(refused);
    QCOMPARE(queue.pop({}), std::optional(1));
    std::atomic<bool> nothing = false;
    std::jthread consumer([&](std::stop_token stop) { nothing = !queue.pop(stop); });
    consumer.request_stop();
    consumer.join();
    QVERIFY(nothing);
}

void CoreQueuesTest::queueDrainsWhenClosed() {
    BoundedQueue<int> queue(3);
    QVERIFY(queue.push(1, {}) && queue.push(2, {}));
    queue.close();
    QVERIFY(!queue.push(3, {}));
    QCOMPARE(queue.pop({}), std::optional(1));
    QCOMPARE(queue.pop({}), std::optional(2));
    QVERIFY(!queue.pop({}));
    queue.reset();
    QVERIFY(queue.push(4, {}));
    QCOMPARE(queue.pop({}), std::optional(4));
}

void CoreQueuesTest::queueKeepsAllInOrder() {
    constexpr int kCount = 2000;
    BoundedQueue<int> queue(8);
    std::jthread producer([&](std::stop_token stop) {
        for (int i = 0; i < kCount; ++i) queue.push(i, stop);
        queue.close();
    });
    int expected = 0;
    while (const auto value = queue.pop({})) QCOMPARE(*value, expected++);
    QCOMPARE(expected, kCount);
}

void CoreQueuesTest::inboxWakesOnlyWhenItWasEmpty() {
    int wakes = 0;
    Inbox<int> inbox([&] { ++wakes; });
    inbox.deliver(1);
    inbox.deliver(2);
    QCOMPARE(wakes, 1);
    QVERIFY((inbox.takeAll() == std::vector<int>{1, 2}));
    QVERIFY(inbox.takeAll().empty());
    inbox.deliver(3);
    QCOMPARE(wakes, 2);
}

void CoreQueuesTest::inboxTakesFromManyThreads() {
    constexpr int kThreads = 4, kEach = 500;
    std::atomic<int> wakes = 0;
    Inbox<int> inbox([&] { ++wakes; });
    {
        std::latch ready(kThreads);
        std::vector<std::jthread> workers;
        for (int t = 0; t < kThreads; ++t) {
            workers.emplace_back([&, t] {
                ready.arrive_and_wait();
                for (int i = 0; i < kEach; ++i) inbox.deliver(t * kEach + i);
            });
        }
    }
    const auto all = inbox.takeAll();
    QCOMPARE(int(all.size()), kThreads * kEach);
    QCOMPARE(std::accumulate(all.begin(), all.end(), 0), kThreads * kEach * (kThreads * kEach - 1) / 2);
    QCOMPARE(wakes.load(), 1);
}

QTEST_GUILESS_MAIN(CoreQueuesTest)
#include "core_queues_test.moc"
