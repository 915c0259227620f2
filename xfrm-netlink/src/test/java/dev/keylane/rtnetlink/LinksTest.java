package dev.keylane.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.linux.NetNamespace;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LinksTest {
    private final BlockingQueue<Links.News> heard = new LinkedBlockingQueue<>();

    @BeforeAll
    static void needsNamespaces() {
        NetNamespace.unavailable().ifPresent(Assumptions::abort);
    }

    @Test
    void devicesComeGoAndAreSwitchedOnAndOff() {
        NetNamespace.run(() -> {
            try (Links links = new Links(heard::add)) {
                assertThat(links.list()).extracting(Links.Link::name).containsExactly("lo");
                NetNamespace.ip("link add d8 type veth peer name p8");
                int index = await(link -> link.name().equals("d8") && !link.up()).index();
                NetNamespace.ip("link set p8 up", "link set d8 up");
                await(link -> link.index() == index && link.up() && link.running());
                assertThat(links.list()).contains(new Links.Link(index, "d8", true, true));
                NetNamespace.ip("link set p8 down");
                await(link -> link.index() == index && link.up() && !link.running());
                NetNamespace.ip("link set d8 down");
                await(link -> link.index() == index && !link.up());
                NetNamespace.ip("link set d8 name d9");
                await(link -> link.index() == index && link.name().equals("d9"));
                NetNamespace.ip("link del d9");
                awaitNews(new Links.News.Gone(index)::equals);
                assertThat(links.list()).hasSize(1);
            }
        });
    }

    private Links.Link await(Predicate<Links.Link> expected) {
        return ((Links.News.Is) awaitNews(news -> news instanceof Links.News.Is(var link) && expected.test(link))).link();
    }

    private Links.News awaitNews(Predicate<Links.News> expected) {
        try {
            for (Links.News news = heard.poll(10, TimeUnit.SECONDS); news != null; news = heard.poll(10, TimeUnit.SECONDS)) {
                if (expected.test(news)) {
                    return news;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("not heard");
    }
}
