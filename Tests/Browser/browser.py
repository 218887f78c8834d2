"""One headless Chromium, told by the DevTools protocol how large its window is and which colours its user prefers."""

import base64
import json
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

# Chromium asks for nothing else by itself.
BACKGROUND = [
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-first-run",
    "--no-pings", "--disable-extensions", "--hide-scrollbars", "--force-color-profile=srgb", "--disable-gpu",
    "--disable-dev-shm-usage",
    # Containers of CI have no namespaces for the sandbox; the pages are our own.
    "--no-sandbox",
]


class Browser:
    def __init__(self, program, driver):
        options = Options()
        options.binary_location = program
        options.add_argument("--headless=new")
        for argument in BACKGROUND:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.set_capability("goog:perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.driver.set_page_load_timeout(60)

    def quit(self):
        self.driver.quit()

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def resize(self, width, height=900, scale=1):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def prefer(self, scheme, media=""):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.command("Emulation.setEmulatedMedia", media=media, features=features)

    def open(self, path):
        """Opens a file; returns what it wrote to the console, and the addresses of what it loaded or tried to load."""
        self.messages()
        self.driver.get(path.resolve().as_uri())
        return self.messages()

    def messages(self):
        """What came since the last call: console messages, and addresses other than that of the document itself."""
        messages = [entry["message"] for entry in self.driver.get_log("browser")]
        requests = []
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                parameters = event["params"]
                if parameters.get("type") != "Document" or "loaderId" not in parameters or parameters["requestId"] != parameters["loaderId"]:
                    requests.append(parameters.get("request", parameters)["url"])
        return messages, requests

    def settle(self):
        """Waits until the browser has drawn, and told scripts that it scrolled."""
        self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def press(self, key):
        """Presses a key of the keyboard, as a user does."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        text = {"Enter": "\r", " ": " "}.get(key)
        base = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": codes[key]}
        self.command("Input.dispatchKeyEvent", type="keyDown", **base, **({"text": text} if text else {}))
        self.command("Input.dispatchKeyEvent", type="keyUp", **base)

    def move(self, x, y):
        self.command("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def screenshot(self, path, whole=True):
        picture = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(picture["data"]))

    def pdf(self):
        return base64.b64decode(self.command("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
