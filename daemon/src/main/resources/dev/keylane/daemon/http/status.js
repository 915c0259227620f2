"use strict";
(() => {
  // Names come from the network: they are only ever put where text goes.
  const units = ["b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s"];
  const rate = bits => {
    let value = Math.max(0, bits), unit = 0;
    while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
    return value.toFixed(unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2) + " " + units[unit];
  };
  const two = number => String(number).padStart(2, "0");
  const span = seconds => {
    const left = Math.max(0, Math.floor(seconds));
    if (left >= 86400) return Math.floor(left / 86400) + "d " + two(Math.floor(left % 86400 / 3600)) + "h";
    if (left >= 3600) return Math.floor(left / 3600) + "h " + two(Math.floor(left % 3600 / 60)) + "m";
    return Math.floor(left / 60) + ":" + two(left % 60);
  };
  const put = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
  const all = selector => document.querySelectorAll(selector);
  let ahead = 0;
  const now = () => Date.now() / 1000 + ahead;

  const tick = () => {
    all("[data-at]").forEach(each => put(each, span(each.dataset.at - now())));
    all("[data-since]").forEach(each => put(each, span(now() - each.dataset.since)));
  };

  const cells = status => {
    const found = new Map();
    status.connections.forEach((connection, i) => connection.children.forEach((child, j) =>
      child.sas.forEach((sa, k) => found.set([i, j, k].join("."), sa))));
    return found;
  };

  const show = status => {
    const found = cells(status);
    const both = sa => sa.rate ? sa.rate.received + sa.rate.sent : 0;
    let busiest = 1;
    found.forEach(sa => { busiest = Math.max(busiest, both(sa)); });
    all("[data-sa]").forEach(cell => {
      const sa = found.get(cell.dataset.sa);
      if (!sa) return;
      put(cell.querySelector(".rx"), sa.rate ? rate(sa.rate.received) : "–");
      put(cell.querySelector(".tx"), sa.rate ? rate(sa.rate.sent) : "–");
      const share = both(sa) / busiest;
      cell.dataset.heat = share <= 0.0005 ? 0 : Math.min(5, Math.max(1, Math.round(5 + Math.log(share) / Math.log(3))));
      const left = cell.querySelector("[data-at]");
      if (left && sa.rekey) left.dataset.at = Math.floor(sa.rekey);
    });
    all("[data-steering]").forEach(row => {
      const count = status.steering[row.dataset.steering];
      if (!count) return;
      put(row.querySelector(".hits"), String(count.hits));
      put(row.querySelector(".misses"), String(count.misses));
    });
    put(document.querySelector(".tile.rx b"), status.rate ? rate(status.rate.received) : "–");
    put(document.querySelector(".tile.tx b"), status.rate ? rate(status.rate.sent) : "–");
    tick();
  };

  // Another structure is laid out by the daemon. A parsed document runs no scripts.
  const relay = async () => {
    const answer = await fetch("/", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["header", "main"]) {
      const left = Array.from(all(part + " .scroll"), each => each.scrollLeft);
      document.querySelector(part).replaceWith(document.adoptNode(fresh.querySelector(part)));
      all(part + " .scroll").forEach((each, i) => { each.scrollLeft = left[i] || 0; });
    }
  };

  const refresh = async () => {
    try {
      if (!document.hidden) {
        const answer = await fetch("/status.json", { cache: "no-store" });
        if (!answer.ok) throw new Error(answer.status);
        const status = await answer.json();
        ahead = status.taken - Date.now() / 1000;
        if (status.layout !== document.getElementById("main").dataset.layout) await relay();
        show(status);
        document.getElementById("stale").hidden = true;
        document.body.dataset.refreshed = String(1 + Number(document.body.dataset.refreshed || 0));
      }
    } catch (unreachable) {
      document.getElementById("stale").hidden = false;
    }
    setTimeout(refresh, 2000);
  };

  setInterval(tick, 1000);
  setTimeout(refresh, 1000);
})();
