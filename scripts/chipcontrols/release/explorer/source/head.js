// What the page is told of its package and the words of the interface: all that its frame needs.

export const head = JSON.parse(document.getElementById("head").textContent);
