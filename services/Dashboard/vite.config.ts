import { defineConfig } from "vite";

// File names without a hash: reporting serves them with an ETag and asks browsers to look each time, and a change of the page is a
// change of these files, not of their names.
export default defineConfig({
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
        outDir: "dist",
        emptyOutDir: true,
        target: "es2022",
        modulePreload: false,
        chunkSizeWarningLimit: 1200,
        rolldownOptions: {
            output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
        },
    },
    server: { proxy: { "/api": "http://127.0.0.1:5107" } },
});
