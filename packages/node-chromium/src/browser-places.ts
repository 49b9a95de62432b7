/** Operating systems that Otto knows the usual places of browsers for. */
export type BrowserPlatform = 'darwin' | 'linux' | 'win32';

/** Where browsers are usually installed, best first; `%NAME%` stands for a variable of the environment. */
export const BROWSER_PLACES: Readonly<Record<BrowserPlatform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '%HOME%/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '%HOME%/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '%HOME%/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  linux: [
    '/opt/google/chrome/chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/lib/chromium/chromium',
    '/opt/microsoft/msedge/msedge',
    '/usr/bin/microsoft-edge-stable',
    '/usr/bin/microsoft-edge',
    // A snap cannot read hidden folders of the home, so anything else is better.
    '/snap/bin/chromium',
  ],
  win32: [
    '%PROGRAMFILES%\\Google\\Chrome\\Application\\chrome.exe',
    '%PROGRAMFILES(X86)%\\Google\\Chrome\\Application\\chrome.exe',
    '%LOCALAPPDATA%\\Google\\Chrome\\Application\\chrome.exe',
    '%LOCALAPPDATA%\\Chromium\\Application\\chrome.exe',
    '%PROGRAMFILES(X86)%\\Microsoft\\Edge\\Application\\msedge.exe',
    '%PROGRAMFILES%\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** Names of browsers that are looked up in the folders of `PATH`, best first. Windows installs none there. */
export const BROWSER_COMMANDS: Readonly<Record<BrowserPlatform, readonly string[]>> = {
  darwin: ['google-chrome', 'chromium'],
  linux: ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge-stable'],
  win32: [],
};

/** How to get a browser where there is none, one sentence a platform. */
export const BROWSER_ADVICE: Readonly<Record<BrowserPlatform, string>> = {
  darwin: 'Install Google Chrome from https://www.google.com/chrome, or set OTTO_BROWSER to the path of a Chromium.',
  linux:
    'Install one (on Debian: apt install chromium; on Ubuntu: snap install chromium; on Fedora: dnf install chromium), ' +
    'or set OTTO_BROWSER to the path of a Chromium.',
  win32: 'Install Google Chrome or Microsoft Edge, or set OTTO_BROWSER to the path of its .exe file.',
};

/** The platform by its name in Node; undefined when its places are not known. */
export function browserPlatform(platform: string): BrowserPlatform | undefined {
  return platform === 'darwin' || platform === 'linux' || platform === 'win32' ? platform : undefined;
}
