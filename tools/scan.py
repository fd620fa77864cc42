#!/usr/bin/env python3
"""Runs Wapiti and sqlmap against the sample programme, once as each role, on this machine only.

    tools/scan.py KANMON --tools VENV/bin [--seconds 60] [--only admin,mr] [--report scan.json]

KANMON is the binary. The two scanners come from PyPI (`pip install wapiti3 sqlmap`) and stay outside of this
repository. For each role the sample is made anew in a folder of its own, served on a free loopback port, and signed
in to. Before anything is scanned, the script proves that the scanner's own cookie opens a page of that role, with the
name of the account on it, and is refused at a page of another role; afterwards it proves so again, because a scan that
was signed out half-way says nothing. What a scanner reports is asked once more before it counts; the exit code is 1
when a confirmed finding of medium severity or higher is left, 2 when a proof fails.
"""

import argparse
import html
import http.client
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

# Account: a page that the role opens, a page that is refused to it.
ROLES = {
    "mr": ("/facilities/{facility}/contacts/new", "/people"),
    "safety": ("/facilities/{facility}/duties", "/people"),
    "operator": ("/facilities/{facility}/deliveries/new", "/safety-tasks"),
    "approver": ("/lots", "/safety-tasks"),
    "admin": ("/people", "/deliveries"),
    "inspector": ("/safety-tasks", "/facilities/{facility}/duties"),
    "coordinator": ("/facilities/{facility}/changes/new", "/lots"),
    "physician": ("/qualifications/new", "/lots"),
}
# Signing out, or into another role, would end the scan of this one.
AVOID = ["/sign-out", "/membership", "/sign-in", "/language"]
MODULES = "sql,timesql,xss,permanentxss,exec,file,crlf,redirect,csrf,cookieflags,http_headers,csp,methods,xxe,ldap"
LEVELS = ["info", "low", "medium", "high", "critical"]
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class Failed(Exception):
    """The scan would say nothing."""


class Browser:
    """One cookie jar at one address."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, form=None, site="same-origin"):
        headers = {"Cookie": self.cookie()} if self.cookies else {}
        body = None
        if form is not None:
            body = form if isinstance(form, str) else urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if site:
            headers["Sec-Fetch-Site"] = site
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        connection.close()
        return answer.status, text

    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Demo:
    """The sample programme in a folder of its own."""

    def __init__(self, binary, sample, folder):
        self.folder = folder
        for file in sample.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = open(folder / "kanmon.log", "wb")
        environment = {"PATH": os.environ["PATH"], "BIND": f"127.0.0.1:{self.port}"}
        self.process = subprocess.Popen(
            [binary, "demo"], cwd=folder, env=environment, stdout=self.log, stderr=self.log
        )
        for _ in range(120):
            try:
                if Browser(self.port).ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.5)
        raise Failed("the sample programme does not answer")

    def end(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def prove(browser, login, names, facility):
    """The cookie opens a page of the role, which names the account, and is refused at a page of another."""
    may, may_not = (page.format(facility=facility) for page in ROLES[login])
    status, page = browser.ask("GET", may)
    if status != 200 or html.escape(names[login]) not in page:
        raise Failed(f"{login}: {may} answers {status}, or without {names[login]}")
    status, _ = browser.ask("GET", may_not)
    if status != 403:
        raise Failed(f"{login}: {may_not} answers {status}, not 403")
    return may, may_not


def wapiti(tools, demo, browser, seconds):
    """Crawls and attacks; gives the findings and what was reached."""
    base, out = f"http://127.0.0.1:{demo.port}/", demo.folder / "wapiti.json"
    store = demo.folder / "wapiti"
    line = [
        f"{tools}/wapiti", "-u", base, "-m", MODULES, "-f", "json", "-o", str(out), "-v", "0",
        "--scope", "folder", "-d", "6", "--max-files-per-dir", "40", "-S", "normal", "--tasks", "1", "-t", "10",
        "--max-scan-time", str(seconds), "--max-attack-time", str(max(5, seconds // 6)),
        "-C", browser.cookie(), "-H", "Sec-Fetch-Site: same-origin",
        "--store-session", str(store), "--store-config", str(demo.folder / "config"),
        "--endpoint", "http://127.0.0.1:9/", "--no-bugreport", "--flush-session",
    ]
    for path in AVOID:
        line += ["-x", f"{base}{path[1:]}*"]
    said = demo.folder / "wapiti.log"
    with said.open("wb") as log:
        subprocess.run(line, cwd=demo.folder, stdout=log, stderr=log, timeout=seconds * 10 + 120)
    if not out.exists():
        raise Failed(f"wapiti wrote no report: {said.read_text(errors='replace')[-800:]}")
    report = json.loads(out.read_text())
    found = []
    for kind in ("vulnerabilities", "anomalies"):
        for name, all_of_it in report[kind].items():
            for one in all_of_it:
                found.append(
                    {"scanner": "wapiti", "name": name, "level": one["level"], "method": one["method"],
                     "path": one["path"], "parameter": one.get("parameter"), "info": one["info"],
                     "request": one.get("http_request", "")}
                )
    pages, forms = 0, 0
    for file in store.glob("*.db"):
        rows = sqlite3.connect(file).execute(
            "SELECT method, status_code FROM paths LEFT JOIN responses USING (response_id) WHERE NOT evil"
        ).fetchall()
        pages += sum(1 for method, status in rows if method == "GET" and status == 200)
        forms += sum(1 for method, _ in rows if method == "POST")
    return found, pages, forms


def sqlmap(tools, demo, browser, targets, seconds):
    """Tries each target with boolean, error, union and stacked techniques, as time allows; gives what it is sure of."""
    found, tried = [], 0
    until = time.monotonic() + seconds
    for number, (url, data) in enumerate(targets):
        if time.monotonic() > until:
            break
        out = demo.folder / f"sqlmap{number}"
        line = [
            f"{tools}/sqlmap", "-u", f"http://127.0.0.1:{demo.port}{url}", "--batch", "--disable-coloring",
            "--level", "1", "--risk", "1", "--technique", "BEUS", "--timeout", "10", "--retries", "0",
            "--cookie", browser.cookie(), "--headers", "Sec-Fetch-Site: same-origin", "--param-exclude", "kanmon",
            "--drop-set-cookie", "--ignore-code", "*", "--output-dir", str(out), "-v", "0",
        ]
        if data:
            line += ["--data", data]
        try:
            subprocess.run(
                line, cwd=demo.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL, timeout=60,
            )
            tried += 1
        except subprocess.TimeoutExpired:
            pass
        for log in out.rglob("log"):
            if "Parameter:" in log.read_text():
                found.append({"scanner": "sqlmap", "name": "SQL injection", "level": 4, "method": "POST" if data else "GET",
                              "path": url, "parameter": None, "info": log.read_text()[:500], "request": ""})
    return found, tried


def confirmed(browser, one):
    """Asks once more where the answer can be had; a scanner sees no header that browsers send by themselves."""
    body = one["request"].replace("\r\n", "\n").partition("\n\n")[2]
    path = one["request"].split(" ")[1] if " " in one["request"] else one["path"]
    if one["name"] in ("Cross Site Request Forgery", "CSRF") or "CSRF" in one["info"]:
        # No token stands in the form: what counts is whether the form of another site is taken.
        method = one["method"] if one["method"] != "GET" else "POST"
        for site in ("cross-site", "same-site", None):
            if browser.ask(method, path, body, site)[0] != 403:
                return True
        return False
    if one["name"] == "Internal Server Error":
        return browser.ask(one["method"], path, body or None)[0] >= 500
    return True


def targets_of(browser, facility):
    """Lists with a place for words, records by their id, and forms."""
    lists = ["/deliveries?after=1", "/physicians?after=1&q=1", "/contacts?after=1", "/facilities?after=1&q=1",
             "/people?after=1", "/letters?state=sent&after=1", "/lots?lot=1", "/attestations?after=1"]
    reached = [(path, None) for path in lists if browser.ask("GET", path)[0] == 200]
    for path in (f"/facilities/{facility}", "/deliveries", "/letters"):
        status, page = browser.ask("GET", path)
        record = re.search(rf'href="((?:/deliveries|/letters|/physicians)/{ID})"', page) if status == 200 else None
        if record:
            reached.append((record[1] + "*", None))
    reached.append(("/letters/preferences", "address=a%40b.example&habit=at_once"))
    return reached


def one_role(arguments, sample, login, names):
    folder = Path(tempfile.mkdtemp(prefix=f"scan-{login}-"))
    demo = Demo(arguments.kanmon, sample, folder)
    try:
        browser = Browser(demo.port)
        status, _ = browser.ask("POST", "/sign-in", {"login": login, "password": names["password"]})
        if status != 303:
            raise Failed(f"{login}: the sign-in answers {status}")
        # Any role reaches a facility's number somewhere; the administrator needs none.
        facility = re.search(rf"/facilities/({ID})", browser.ask("GET", "/facilities")[1])
        facility = facility[1] if facility else names.get("facility", "")
        proof = prove(browser, login, names, facility)
        begun = time.monotonic()
        found, pages, forms = wapiti(arguments.tools, demo, browser, arguments.seconds)
        if pages < 3:
            raise Failed(f"{login}: the crawl reached {pages} pages")
        targets = targets_of(browser, facility)
        more, tried = sqlmap(arguments.tools, demo, browser, targets, arguments.seconds)
        prove(browser, login, names, facility)
        for one in found + more:
            one["severity"] = LEVELS[one["level"]]
            one["confirmed"] = confirmed(browser, one)
        log = (folder / "kanmon.log").read_text(errors="replace")
        return {
            "role": login, "proof": proof, "pages": pages, "forms": forms,
            "sqlmap_targets": tried, "sqlmap_offered": len(targets), "seconds": round(time.monotonic() - begun),
            "server_errors": log.count('"failed"') + len(re.findall(r"ERROR.*failed", log)), "findings": found + more,
        }
    finally:
        demo.end()
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


def accounts(text):
    """Password and names as `kanmon demo` prints them."""
    names = {"password": re.search(r"Password of every account: (\S+)", text)[1]}
    for login, name in re.findall(r"^  (\S+)\s+(.+?)  [a-z_]+$", text, re.M):
        names[login] = name
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kanmon", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--tools", required=True, type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--seconds", type=int, default=60, help="for each scanner and role")
    parser.add_argument("--only", default=",".join(ROLES))
    parser.add_argument("--report")
    parser.add_argument("--keep", action="store_true", help="keep the folders of the scans")
    arguments = parser.parse_args()
    sample = Path(tempfile.mkdtemp(prefix="scan-sample-"))
    results, wrong = [], 0
    try:
        made = subprocess.run([arguments.kanmon, "demo", "--prepare-only"], cwd=sample, capture_output=True, text=True, check=True)
        names = accounts(made.stdout)
        for login in arguments.only.split(","):
            result = one_role(arguments, sample, login, names)
            results.append(result)
            bad = [one for one in result["findings"] if one["confirmed"] and one["level"] >= 2]
            wrong += len(bad) + (result["server_errors"] > 0)
            counts = {level: sum(1 for one in result["findings"] if one["severity"] == level) for level in LEVELS}
            print(f"{login}: signed in ({result['proof'][0]}), {result['pages']} pages and {result['forms']} forms, "
                  f"sqlmap {result['sqlmap_targets']} of {result['sqlmap_offered']} targets, {result['seconds']} s, "
                  f"reported {counts}, medium or higher and confirmed: {len(bad)}, "
                  f"server errors: {result['server_errors']}", flush=True)
            for one in bad:
                print(f"  {one['severity']} {one['scanner']} {one['name']}: {one['method']} {one['path']} "
                      f"{one['parameter']} {one['info'][:200]}", flush=True)
    except Failed as problem:
        print(f"nothing is shown: {problem}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(sample, ignore_errors=True)
        if arguments.report:
            Path(arguments.report).write_text(json.dumps(results, ensure_ascii=False, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
