// Made by `npm run dashboard:client` of the document with SHA-256 b874c980169598b65986fc0fc1737351f213689565e6c5ea3936878d8612d8ad.
export interface paths {
    "/api/v1/analyze/with-feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Analyse a desk photo
         * @description As a form with the photo in "image", or as JSON with its path, https URL or data URL.
         */
        post: operations["analyze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Analyse up to ten photos
         * @description One bad photo does not spoil the others: it is in "errors". With "Accept: application/x-ndjson" or "text/event-stream" each photo's result comes as soon as it is ready ("result" or "error"), and the whole answer last ("batch").
         */
        post: operations["analyzeBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored analyses, newest first */
        get: operations["listAnalyses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/results/{analysis_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One stored analysis */
        get: operations["getAnalysis"];
        put?: never;
        post?: never;
        /** Delete an analysis and its photo */
        delete: operations["deleteAnalysis"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/results/{analysis_id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The photo, with what was found drawn on it or without */
        get: operations["getAnnotatedImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/results/{analysis_id}/scene": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Footprints, distances and zones in pixels of the photo
         * @description What the annotated picture shows, as data to lay over the photo.
         */
        get: operations["getScene"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/results/{analysis_id}/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the rules would say if things lay elsewhere
         * @description Moves things of a stored analysis on its measured table. Nothing is looked at again or stored.
         */
        post: operations["whatIf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/reanalyze/{analysis_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Analyse a stored photo again */
        post: operations["reanalyze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/results/{analysis_id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An address of the photo that needs no login, for a time
         * @description For an <img>, a mail or another program. It ends with the analysis, and with the user who asked for it, wherever the photo lies.
         */
        get: operations["linkPicture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete old analyses, or all */
        delete: operations["deleteAnalyses"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What you said of analyses, newest first */
        get: operations["listFeedback"];
        put?: never;
        /**
         * Say that an answer was right or wrong
         * @description Of the whole analysis, an object or a rule. It is kept and counted, and changes no result.
         */
        post: operations["giveFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/feedback/{feedback_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take it back */
        delete: operations["deleteFeedback"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All of yours as one file
         * @description Analyses, rules, every version of rules, or feedback. That of rules as JSON can be imported. In CSV, what a spreadsheet would run as a formula begins with an apostrophe.
         */
        get: operations["exportRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your jobs, newest first
         * @description Those that wait or run, and the last thousand that ended, for an hour at most.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job
         * @description Jobs live in the memory of the server that took them: a restart, or kill -9, ends those that are open, which the next server tells as failed for an hour, and forgets those that had ended.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * End a job, or forget one that has ended
         * @description What it has done by then stays done: "images" and its result say what that is.
         */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What came of a job
         * @description As the request would have been answered without waiting; kept for an hour at most. Of a batch that was cancelled or took too long: what it had done, and in "not_done" the photos that are left.
         */
        get: operations["getJobResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored rules, oldest first */
        get: operations["listRules"];
        put?: never;
        /** Store a rule */
        post: operations["createRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{rule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule */
        get: operations["getRule"];
        put?: never;
        post?: never;
        /**
         * Disable a rule, or remove it for good
         * @description Without "permanent" it is only disabled and GET /rules still lists it, with "enabled": false.
         */
        delete: operations["deleteRule"];
        options?: never;
        head?: never;
        /** Change a rule */
        patch: operations["updateRule"];
        trace?: never;
    };
    "/api/v1/rules/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a sentence would become
         * @description Nothing is stored.
         */
        post: operations["validateRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/natural-language": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Store a rule from a sentence */
        post: operations["createRuleFromSentence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{rule_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try one rule on a photo
         * @description Other rules are left out and nothing is stored.
         */
        post: operations["testRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{rule_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version of a rule */
        get: operations["getRuleHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{rule_id}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How often a rule was broken */
        get: operations["getRuleStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/removed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Removed rules, the last removed first
         * @description Yours and everyone's; POST /rules/{rule_id}/restore brings one back.
         */
        get: operations["listRemovedRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Enabled rules that cannot hold together */
        get: operations["listConflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every stored rule, complete */
        get: operations["exportRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take over exported rules
         * @description All or nothing.
         */
        post: operations["importRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{rule_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring back a version */
        post: operations["restoreRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check rules on a photo or on your own detections
         * @description Nothing is stored. Also rules that are switched off, where they are named.
         */
        post: operations["evaluateRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create, enable, disable or delete up to 50 rules
         * @description One that is refused does not spoil the others: it is in "errors". What is created comes with its canonical sentence, what was assumed and its conflicts. "delete" only disables, unless "permanent" is true.
         */
        post: operations["changeRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calibrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored calibrations, oldest first */
        get: operations["listCalibrations"];
        put?: never;
        /** Store a calibration */
        post: operations["createCalibration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calibrations/{calibration_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One stored calibration */
        get: operations["getCalibration"];
        put?: never;
        post?: never;
        /** Delete a calibration */
        delete: operations["deleteCalibration"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calibrations/{calibration_id}/measure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How far two pixels are apart on the table
         * @description With what a ruler says it tells whether the calibration still holds. Nothing is stored.
         */
        post: operations["measureLength"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cameras, newest first */
        get: operations["listCameras"];
        put?: never;
        /** Have a camera watched */
        post: operations["createCamera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One camera */
        get: operations["getCamera"];
        put?: never;
        post?: never;
        /**
         * Remove a camera and what it saw
         * @description Analyses of its events stay until they are deleted.
         */
        delete: operations["deleteCamera"];
        options?: never;
        head?: never;
        /**
         * Change a camera
         * @description What is not named stays.
         */
        patch: operations["updateCamera"];
        trace?: never;
    };
    "/api/v1/cameras/{camera}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a camera sees now */
        get: operations["cameraStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed, newest first */
        get: operations["cameraEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How long and how often rules were broken
         * @description The last day, unless asked otherwise; 31 days at most.
         */
        get: operations["cameraTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera}/heatmap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where mugs stood, and how long
         * @description Whole days: the last seven, unless asked otherwise.
         */
        get: operations["cameraHeatmap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera}/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last picture, privacy zones black */
        get: operations["cameraSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera}/timelapse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kept pictures as a ZIP file or a film
         * @description At most 600 pictures, evenly chosen. A film needs ffmpeg on the server.
         */
        get: operations["cameraTimelapse"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a source for one picture
         * @description Nothing is kept of it.
         */
        post: operations["testCamera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The camera stands as it was calibrated
         * @description From the next picture on it is compared with what it shows then.
         */
        post: operations["confirmCamera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find past desks
         * @description Everything that is given must hold. Several objects have commas between them.
         */
        get: operations["searchAnalyses"];
        put?: never;
        /**
         * Find past desks, also by an image
         * @description The image by its path, https URL or data URL.
         */
        post: operations["searchByImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/peers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents that something may be handed to */
        get: operations["listPeers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What you handed on, newest first */
        get: operations["listDelegations"];
        put?: never;
        /**
         * Hand a question, a photo or an analysis to a peer
         * @description Answered at once with a handle; the work goes on, also after a restart.
         */
        post: operations["delegate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/{delegation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One delegation: its state and what the peer made */
        get: operations["getDelegation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/{delegation_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a delegation; the peer is asked to stop */
        post: operations["cancelDelegation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All GPU servers */
        get: operations["listServers"];
        put?: never;
        /**
         * Create one more server
         * @description It costs money from then on. POST /servers/quote says how much, max_price limits it.
         */
        post: operations["createServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All GPU servers, how the provider is, and what runs there that was not made here */
        get: operations["serversStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/cost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the servers cost, what idle shutdown saved, and what a month will cost if it goes on so */
        get: operations["serversCost"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/gpus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GPUs that can be rented now, cheapest first */
        get: operations["listGpus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One GPU server */
        get: operations["getServer"];
        put?: never;
        post?: never;
        /** Terminate a server */
        delete: operations["terminateServer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same */
        get: operations["getServerStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was measured of one server; null with a reason where nobody measures */
        get: operations["getServerMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What creating a server would do and cost; nothing is created */
        post: operations["quoteServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a server writes, the newest last
         * @description Foreign text: whatever runs there wrote it. The same with /stream behind it comes as it is written.
         */
        get: operations["getServerLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}/logs/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a server writes, as it comes: server-sent events
         * @description Last-Event-ID goes on behind the line of that id.
         */
        get: operations["streamServerLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}/control": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start, stop, restart, scale, update or terminate a server
         * @description Named by its id, or by its type where there is one of it. "terminate" asks for servers:delete besides, "update" for servers:deploy. Starting costs money from then on.
         */
        post: operations["controlServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change what may be changed while it runs
         * @description The idle time of a type is that of all its servers, and the default of new ones; anything else is of one server.
         */
        put: operations["configureServer"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/{server}/protect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Protect a server from being stopped or terminated, or no longer */
        put: operations["protectServer"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How servers are and were replaced, newest first; 100 at most */
        get: operations["listDeployments"];
        put?: never;
        /**
         * The same without waiting
         * @description GET /deployments/{deployment} says how it goes on.
         */
        post: operations["beginDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{deployment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One deployment as it stands, with the weights of now */
        get: operations["getDeployment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deploy the server of a type, and wait for it
         * @description Without a strategy there must be none of the type. With one (asks for servers:delete besides) what is there is replaced; it goes on in the background whoever waits, and the answer has its id. It waits until the new server has taken over, ten minutes at most. "dry_run" answers the plan with its price.
         */
        post: operations["deployServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{deployment}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give everything to the new server now, unjudged; where it has that, end the old one now */
        post: operations["promoteDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{deployment}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go back to the old server, as long as it is there */
        post: operations["rollBackDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/servers/routing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where analyses go, and how that came out in the last five minutes */
        get: operations["getRouting"];
        /**
         * Send analyses elsewhere
         * @description Counts everywhere within two seconds. Weights are percent; whoever is not named gets nothing.
         */
        put: operations["setRouting"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of everything */
        get: operations["getDashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was measured */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Installed models with their state */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboard/metrics/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One measurement over time
         * @description Over all servers of the record store. A step in which nobody measured is null, not 0.
         */
        get: operations["getSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboard/metrics/{name}/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One measurement over time, as a table */
        get: operations["getSeriesTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One model over time
         * @description How many analyses it computed, and what they took; answers from the cache took no model.
         */
        get: operations["getModelSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/metrics/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model over time, as a table */
        get: operations["getModelSeriesTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{rule_id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One rule over time
         * @description How it came out in your own stored analyses; also of a rule that was removed.
         */
        get: operations["getRuleSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{rule_id}/metrics/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule over time, as a table */
        get: operations["getRuleSeriesTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where messages are sent, and whether they arrive */
        get: operations["notificationTargets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people are told of your analyses */
        get: operations["notificationPreferences"];
        /** Say what people are told of your analyses */
        put: operations["setNotificationPreferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages that could not be delivered, newest first
         * @description They are kept for 30 days.
         */
        get: operations["deadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analyze/results/{analysis_id}/render": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The picture that Templated.io made of an analysis */
        get: operations["analysisRender"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test
         * @description Answers 200 also where it failed, and says why.
         */
        post: operations["testNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send them once more */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget one */
        delete: operations["deleteDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits in the queue, and who works
         * @description null: H200_QUEUE is unset, so that each server computes itself.
         */
        get: operations["queueStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queue/dead": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Analyses that the workers gave up, newest first
         * @description They are kept for 7 days, 200 at most.
         */
        get: operations["deadAnalyses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queue/dead/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Analyse them once more
         * @description For their owners, whose the answers are. One that fails again is kept.
         */
        post: operations["replayDeadAnalyses"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queue/dead/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget one, with its photo */
        delete: operations["deleteDeadAnalysis"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who calls */
        get: operations["whoAmI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this login */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/ws-ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket for one WebSocket
         * @description For browsers, which can send no header there: /ws/control-plane?ticket=… within 30 seconds, once.
         */
        post: operations["issueTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the own password
         * @description Ends all logins of the caller.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A browser's next token
         * @description For the cookie that logging in with "browser": true has set (h200_refresh), which is replaced by it.
         */
        post: operations["refreshLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/first-admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the first administrator
         * @description By the link that the server printed on its first start, or "h200-mug users link": once, within an hour.
         */
        post: operations["createFirstAdmin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users, newest first */
        get: operations["listUsers"];
        put?: never;
        /** Make a user */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * API keys, newest first
         * @description The caller's own; an administrator sees all.
         */
        get: operations["listApiKeys"];
        put?: never;
        /** Make an API key */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit log, newest first */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the audit log is whole
         * @description With number and hash of a line that was noted before: whether that is still there, too.
         */
        get: operations["checkAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a user and its keys */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description Ends all logins of the user.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/v1/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an API key */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ActiveHours: {
            from: string;
            /** @description may lie on the next day */
            to: string;
            /**
             * @description on which it begins
             * @default [
             *       "mon",
             *       "tue",
             *       "wed",
             *       "thu",
             *       "fri",
             *       "sat",
             *       "sun"
             *     ]
             */
            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        };
        ActiveHoursInput: {
            from: string;
            /** @description may lie on the next day */
            to: string;
            /**
             * @description on which it begins
             * @default [
             *       "mon",
             *       "tue",
             *       "wed",
             *       "thu",
             *       "fri",
             *       "sat",
             *       "sun"
             *     ]
             */
            days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        };
        Adjustment: {
            object_id: string;
            /** @enum {string} */
            type: "move_left" | "move_right" | "move_up" | "move_down";
            distance_mm: number | null;
            vector_mm: [
                number,
                number
            ] | null;
            vector_px: [
                number,
                number
            ];
            /** @description to the nearest sure place, beyond 300 mm */
            farther_mm?: [
                number,
                number
            ];
            reason: string;
            rule_ids: string[];
            /** @description on the moved scene its rules surely hold, none comes off worse */
            verified: boolean;
            /**
             * @description its new place
             * @enum {string}
             */
            sight?: "plain" | "likely" | "unclear" | "unseen";
            /** @description in few words: what was not verified, or is to be checked */
            unverified?: string;
        };
        AnalysedObject: {
            id: string;
            class: string;
            source_class?: string;
            confidence: number;
            /** @description other names given to the same thing */
            also_seen_as?: {
                class: string;
                confidence: number;
            }[];
            bbox: [
                number,
                number,
                number,
                number
            ];
            position: {
                x: number;
                y: number;
                /** @description px */
                distance_to_edge: number;
                /** @enum {string} */
                edge_reference: "declared" | "visible" | "surface" | "image";
                x_mm: number | null;
                y_mm: number | null;
                /** @description half width of the 90 % interval */
                uncertainty_mm: number | null;
                /**
                 * @description millimetres from its outline in the image, or from its box alone
                 * @enum {string}
                 */
                measured_from?: "outline" | "box";
                distance_to_edge_mm: number | null;
                /** @description the table goes on at least so far (90 %) */
                edge_at_least_mm?: number;
            };
            on?: {
                id: string;
                probability: number;
            }[];
            attributes?: {
                [key: string]: string | number;
            };
        };
        Analysis: {
            analysis_id: string;
            /** Format: date-time */
            timestamp: string;
            image: {
                width: number;
                height: number;
                sha256: string | null;
            };
            /** @description null: the caller gave the detections */
            model: {
                name: string;
                version: string;
                threshold: number;
                inference?: string;
                provider: string;
                /** @description of its boxes, over all classes */
                box_noise?: number;
            } | null;
            /** @description the mugs */
            detections: components["schemas"]["AnalysedObject"][];
            /** @description everything found, mugs included */
            objects: components["schemas"]["AnalysedObject"][];
            calibration: components["schemas"]["CalibrationReport"];
            /**
             * @description of the sentences; metric when absent
             * @enum {string}
             */
            units?: "metric" | "imperial";
            rules: components["schemas"]["Verdict"][];
            /** @description all pairs, listed or not */
            findings?: {
                violated: number;
                uncertain: number;
                satisfied: number;
            };
            /** @description null: no mug, and nothing decided */
            positioning: components["schemas"]["Positioning"] | null;
            feedback: {
                summary: string;
                recommendations: string[];
            } | null;
            warnings: string[];
            /**
             * @description it could not be stored, for the reason in warnings
             * @enum {boolean}
             */
            stored?: false;
            cached: boolean;
            processing_time_ms: number;
        };
        AnalysisListItem: {
            analysis_id: string;
            /** Format: date-time */
            timestamp: string;
            image: {
                width: number;
                height: number;
            };
            /** @description name; null: the caller gave the detections */
            model: string | null;
            mugs: number;
            /** @description everything found, mugs included */
            objects: number;
            findings: {
                violated: number;
                uncertain: number;
                satisfied: number;
                not_applicable: number;
            };
            /** @description the stored calibration that measured it: its camera */
            calibration_id?: string;
        };
        /** @enum {string} */
        AnalysisPriority: "critical" | "high" | "normal" | "low";
        ApiKey: {
            key_id: string;
            name: string;
            owner: string;
            /** @description never more than the owner has */
            permissions: ("analysis:read" | "rules:read" | "servers:read" | "analysis:write" | "rules:execute" | "analysis:delete" | "rules:write" | "rules:delete" | "servers:control" | "servers:deploy" | "servers:delete" | "admin:users" | "admin:system" | "admin:audit")[];
            /** Format: date-time */
            created_at: string;
            expires_at: string | null;
            /** @description to within five minutes */
            last_used_at: string | null;
        };
        AuditLine: {
            number: number;
            /** Format: date-time */
            time: string;
            /** @enum {string} */
            event: "login_success" | "login_failure" | "logout" | "password_changed" | "user_created" | "user_changed" | "user_removed" | "user_acted_for" | "key_created" | "key_removed" | "delegated" | "delegation_refused" | "server_created" | "server_controlled" | "suspicious_activity" | "permission_denied" | "removed_by_age" | "data_access" | "configuration_change";
            /** @description id of a user; a name that nobody has for failed logins */
            actor: string;
            target: string | null;
            /** @description address */
            client: string | null;
            details: {
                [key: string]: string;
            };
            previous: string;
            /** @description SHA-256 of the line without it */
            hash: string;
        };
        /** @enum {string} */
        BackendKind: "here" | "queue" | "endpoint_jobs" | "endpoint_http" | "pod";
        BatchOutput: {
            batch_id: string;
            total_images: number;
            successful: number;
            failed: number;
            results: {
                index: number;
                filename: string;
                analysis_id: string;
                mugs: number;
                objects: number;
                mm_per_pixel: number | null;
                verdicts: {
                    satisfied: number;
                    violated: number;
                    uncertain: number;
                    not_applicable: number;
                };
                moves: {
                    object_id: string;
                    /** @enum {string} */
                    type: "move_left" | "move_right" | "move_up" | "move_down";
                    distance_mm: number | null;
                    /** @description on the moved scene its rules surely hold, none comes off worse */
                    verified: boolean;
                }[];
                safety_score: number | null;
                summary: string | null;
                /**
                 * @description it could not be stored, for the reason in warnings
                 * @enum {boolean}
                 */
                stored?: false;
                cached: boolean;
            }[];
            errors: {
                index: number;
                filename: string;
                code: string;
                message: string;
                advice: string;
                retry_after_s?: number;
            }[];
            total_processing_time_ms: number;
            average_time_per_image_ms: number | null;
            cache_hit_rate: number | null;
        };
        Calibration: {
            calibration_id: string;
            name: string;
            created_at: string;
            /** @description px */
            width: number;
            height: number;
            /** @enum {string} */
            method: "homography" | "camera" | "marker" | "known_objects" | "scale" | "none";
            /** @description at the image centre */
            mm_per_pixel: number | null;
            /** @description of the scale: half width of the 90 % interval / scale */
            relative_uncertainty: number | null;
            residual_mm: number | null;
            /** @description names */
            zones: string[];
        };
        CalibrationDetail: {
            calibration_id: string;
            name: string;
            created_at: string;
            /** @description px */
            width: number;
            height: number;
            /** @enum {string} */
            method: "homography" | "camera" | "marker" | "known_objects" | "scale" | "none";
            /** @description at the image centre */
            mm_per_pixel: number | null;
            /** @description of the scale: half width of the 90 % interval / scale */
            relative_uncertainty: number | null;
            residual_mm: number | null;
            /** @description names */
            zones: string[];
            /** @description pixels to mm on the table, row by row */
            homography: number[] | null;
            zone_shapes: components["schemas"]["Zone"][];
            /** @description pixels */
            table_corners: number[][] | null;
            assumptions: string[];
        };
        CalibrationInput: {
            /** @description four table points, pixels */
            points_px: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            /** @description the same points on the table, mm */
            points_mm: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
        } | {
            /** @description corners in order, pixels */
            rectangle_px: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            /** @description first and second side in mm, or a known sheet */
            size_mm: [
                number,
                number
            ] | ("a4" | "letter" | "card");
        } | {
            camera_height_mm: number;
            /** @description 0 looks straight down */
            tilt_deg: number;
            /** @description default: from EXIF */
            focal_35mm?: number;
        } | {
            mm_per_pixel: number;
            /** @description relative standard error, default 0.03 */
            sigma?: number;
        };
        CalibrationReport: {
            /** @enum {string} */
            method: "homography" | "camera" | "marker" | "known_objects" | "scale" | "none";
            /** @enum {string} */
            source: "request" | "stored" | "reference_object" | "none";
            /** @description null: unknown, or not one number; see the range */
            mm_per_pixel: number | null;
            /** @description least and most over the objects */
            mm_per_pixel_range: [
                number,
                number
            ] | null;
            /** @description of the scale: half width of the 90 % interval / scale */
            relative_uncertainty: number | null;
            residual_mm: number | null;
            references: string[];
            assumptions: string[];
            reason: string | null;
            /** @description the stored one */
            calibration_id?: string;
            /** @description the image speaks against it: see reason */
            contradicted?: boolean;
        };
        Camera: {
            camera_id: string;
            /** @description letters, digits, - and _ */
            name: string;
            source: components["schemas"]["CameraSource"];
            /** @description null: as single photos are measured */
            calibration_id: string | null;
            /** @description between two pictures */
            interval_s: number;
            /** @description of hours, days and the summary */
            time_zone: string;
            /** @description null: always */
            active_hours: components["schemas"]["ActiveHours"] | null;
            /** @description blacked out before anything else is done */
            privacy_zones: [
                number,
                number
            ][][];
            enabled: boolean;
            /** @description a rule must be broken so long before it is an event */
            hold_s: number;
            /** @description and hold so long before it is mended */
            clear_s: number;
            /** @description null: all of the owner's */
            rule_ids: string[] | null;
            context: string | null;
            /** @description kept for time lapses; 0: none */
            picture_every_s: number;
            /** @description of events, days and pictures */
            retention_days: number;
            /** @description a message about the day; null: none */
            summary_at: string | null;
            created_at: string;
            updated_at: string;
        };
        CameraCounts: {
            /** @description that came */
            pictures: number;
            /** @description a model looked at them */
            analysed: number;
            /** @description nothing had changed in them */
            unchanged: number;
            /** @description too dark or covered */
            unusable: number;
            /** @description left out because the one before still ran */
            missed: number;
            /** @description the camera gave none */
            failed: number;
        };
        CameraHeat: {
            from: string;
            to: string;
            cell_mm: number;
            /** @description left and upper side on the table, mm, and seconds; the longest first */
            cells: [
                number,
                number,
                number
            ][];
            cells_not_listed: number;
            total_s: number;
        };
        CameraPatch: {
            /** @description letters, digits, - and _ */
            name?: string;
            source?: components["schemas"]["CameraSource"];
            /** @description null: as single photos are measured */
            calibration_id?: string | null;
            /** @description between two pictures */
            interval_s?: number;
            /** @description of hours, days and the summary */
            time_zone?: string;
            /** @description null: always */
            active_hours?: components["schemas"]["ActiveHoursInput"] | null;
            /** @description blacked out before anything else is done */
            privacy_zones?: [
                number,
                number
            ][][];
            enabled?: boolean;
            /** @description a rule must be broken so long before it is an event */
            hold_s?: number;
            /** @description and hold so long before it is mended */
            clear_s?: number;
            /** @description null: all of the owner's */
            rule_ids?: string[] | null;
            context?: string | null;
            /** @description kept for time lapses; 0: none */
            picture_every_s?: number;
            /** @description of events, days and pictures */
            retention_days?: number;
            /** @description a message about the day; null: none */
            summary_at?: string | null;
        };
        CameraSettings: {
            /** @description letters, digits, - and _ */
            name: string;
            source: components["schemas"]["CameraSource"];
            /**
             * @description null: as single photos are measured
             * @default null
             */
            calibration_id?: string | null;
            /**
             * @description between two pictures
             * @default 10
             */
            interval_s?: number;
            /**
             * @description of hours, days and the summary
             * @default UTC
             */
            time_zone?: string;
            /**
             * @description null: always
             * @default null
             */
            active_hours?: components["schemas"]["ActiveHoursInput"] | null;
            /**
             * @description blacked out before anything else is done
             * @default []
             */
            privacy_zones?: [
                number,
                number
            ][][];
            /** @default true */
            enabled?: boolean;
            /**
             * @description a rule must be broken so long before it is an event
             * @default 20
             */
            hold_s?: number;
            /**
             * @description and hold so long before it is mended
             * @default 20
             */
            clear_s?: number;
            /**
             * @description null: all of the owner's
             * @default null
             */
            rule_ids?: string[] | null;
            /** @default null */
            context?: string | null;
            /**
             * @description kept for time lapses; 0: none
             * @default 300
             */
            picture_every_s?: number;
            /**
             * @description of events, days and pictures
             * @default 30
             */
            retention_days?: number;
            /**
             * @description a message about the day; null: none
             * @default null
             */
            summary_at?: string | null;
        };
        CameraSource: {
            /** @description folder: newest picture in it; snapshot: address of one picture */
            kind: components["schemas"]["SourceKind"];
            /** @description path, address or device */
            address: string;
        };
        CameraStatus: {
            camera_id: string;
            name: string;
            time_zone: string;
            /**
             * @description resting: outside its hours; moved: not where it was calibrated; waiting: no picture yet
             * @enum {string}
             */
            state: "watching" | "resting" | "in_trouble" | "moved" | "off" | "waiting";
            /** @description why there is no picture */
            trouble: string | null;
            last_picture_at: string | null;
            /** @enum {string} */
            calibration: "none" | "holds" | "moved" | "unknown";
            /** @description how far the view is off, share of the long side */
            view_shift: number | null;
            objects: components["schemas"]["TrackedObject"][];
            broken: {
                rule_id: string;
                rule: string;
                since: string;
                objects: string[];
                reason: string;
            }[];
            /** @description violated now, and not for long enough to be told */
            pending: {
                rule_id: string;
                rule: string;
                since: string;
                objects: string[];
                reason: string;
                seen_s: number;
                told_after_s: number;
            }[];
            today: components["schemas"]["CameraCounts"];
            /** @description newest first */
            last_events: components["schemas"]["NamedEvent"][];
        };
        CameraTest: {
            ok: boolean;
            /** @description why there is no picture */
            reason: string | null;
            width: number | null;
            height: number | null;
            taken_at: string | null;
            took_ms: number;
        };
        CameraTimeline: {
            from: string;
            to: string;
            rules: {
                rule_id: string;
                /** @description null: there is none of that id any more */
                rule: string | null;
                /** @description times */
                broken: number;
                /** @description as far as it was seen */
                broken_s: number;
                /** @description of the time between that nobody saw */
                unseen_s: number;
                spans: {
                    objects: string[];
                    from: string;
                    /** @description null: it still is */
                    to: string | null;
                }[];
            }[];
            days: {
                day: string;
                counts: components["schemas"]["CameraCounts"];
            }[];
        };
        /** @enum {string} */
        Channel: "slack" | "discord" | "email";
        Condition: {
            object1: string;
            object2?: string;
            /** @enum {string} */
            operator: "min_distance" | "max_distance" | "min_edge_distance" | "on" | "not_on" | "centered_on" | "left_of" | "right_of" | "in_front_of" | "behind" | "within" | "grouped" | "aligned" | "count_max" | "count_min";
            value?: number;
            /** @enum {string} */
            unit?: "mm" | "count";
            /** @enum {string} */
            reference?: "edge" | "centre";
            /** @enum {string} */
            attribute?: "hot" | "cold" | "full" | "empty";
            zone?: string;
            when?: ("available" | "several") | {
                object_present: string;
            };
        };
        ConfiguredServers: {
            servers: components["schemas"]["ServerInfo"][];
            /** @description default of new ones of the type; null: one server was configured */
            idle_timeout_seconds: number | null;
        };
        ControlAnswer: {
            /** @description false: it did not get there in the time; the server’s state and error say more */
            success: boolean;
            server: components["schemas"]["ServerInfo"];
            message: string;
            duration_seconds: number;
            warnings: string[];
        };
        ControlServer: {
            action: components["schemas"]["ServerAction"];
            /** @description of "scale" */
            min_instances?: number;
            /** @description of "scale" */
            max_instances?: number;
            /** @description of "update" */
            image?: string;
            /** @description of "update": replaces all of it */
            env?: {
                [key: string]: string;
            };
            /**
             * @description also while it is used or in between two states; never against protection
             * @default false
             */
            force?: boolean;
            /** @default true */
            wait_for_completion?: boolean;
        };
        CostReport: {
            /**
             * Format: date-time
             * @description a full hour
             */
            since: string;
            /** Format: date-time */
            until: string;
            /** @description a fake of the provider: nothing was paid */
            simulated: boolean;
            /** @description of all servers whose cost is known */
            usd: number;
            /** @description serverless servers whose cost is not known */
            not_billed_yet: number;
            usd_by_type: {
                [key: string]: number;
            };
            saved_usd: number | null;
            /** @description of all that runs; null: of some it is not told */
            cost_per_hour_now: number | null;
            servers: components["schemas"]["ServerCost"][];
            /** @description null: less than an hour was measured */
            projection: {
                usd_per_month: number;
                window_hours: number;
                formula: string;
            } | null;
            billing: {
                read_at: string | null;
                covers_until: string | null;
                error: string | null;
            };
        };
        CreateServer: {
            type: components["schemas"]["ServerType"];
            /** @default {} */
            config?: components["schemas"]["ServerConfig"];
            /**
             * @description tried in this order where none of config.gpu_type is to be had
             * @default []
             */
            fallback_gpu_types?: string[];
            /**
             * @description US dollars per hour, all its GPUs; serverless: of one worker
             * @default null
             */
            max_price?: number | null;
            /**
             * @description serverless only: HTTP through a load balancer, or jobs in a queue
             * @default load_balancer
             * @enum {string}
             */
            serving?: "queue" | "load_balancer";
            /** @default false */
            protected?: boolean;
            /**
             * @description until it runs; else it answers once the provider took it
             * @default true
             */
            wait_for_completion?: boolean;
        };
        DeadAnalysis: {
            id: string;
            priority: components["schemas"]["AnalysisPriority"];
            owner: string;
            /** Format: date-time */
            queued_at: string;
            died_at: string | null;
            attempts: number;
            error: {
                code: string;
                message: string;
            };
            /** @description false: its photo is not kept any more */
            replayable: boolean;
        };
        DeadLetter: {
            id: string;
            target: components["schemas"]["SenderName"];
            died_at: string;
            reason: string;
            event: components["schemas"]["OutgoingEvent"];
        };
        Delegation: {
            delegation_id: string;
            peer: string;
            skill: string | null;
            /** @enum {string} */
            started_by: "caller" | "hook";
            analysis_id: string | null;
            /** @enum {string} */
            state: "submitted" | "working" | "input_required" | "completed" | "failed" | "rejected" | "canceled" | "expired";
            /** @description the peer's words: data, not an instruction */
            peer_says: string | null;
            artifacts: components["schemas"]["PeerArtifact"][];
            error: {
                code: string;
                message: string;
            } | null;
            depth: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            deadline: string;
        };
        DelegationRequest: {
            /** @description of a configured peer */
            peer: string;
            /** @description of the peer */
            skill?: string;
            /** @description the question */
            text?: string;
            /** @description ana_… */
            analysis_id?: string;
            /**
             * @description of the analysis
             * @default analysis
             * @enum {string}
             */
            send?: "analysis" | "photo" | "both";
            /** @description file path, file://, https:// or data: URL, or the id ana_… of an earlier analysis */
            image?: string;
            /**
             * @description at most the longest_deadline_s of the peer, usually 3600
             * @default 600
             */
            deadline_s?: number;
        };
        DeletionOutput: {
            /** @description dry_run: how many would be */
            deleted: number;
            /** @description stored after it */
            remaining: number;
            /** @description false: time was over; call again */
            complete: boolean;
            dry_run: boolean;
        };
        DeployReport: {
            type: components["schemas"]["ServerType"];
            /** @enum {string} */
            strategy: "create" | "recreate" | "rolling" | "blue-green" | "canary";
            /**
             * @description accepted: it is not known to run yet; under_way: the deployment goes on, whoever waits for it
             * @enum {string}
             */
            outcome: "dry_run" | "deployed" | "accepted" | "under_way" | "failed" | "rolled_back";
            /** @description null: prices cannot be known without a provider */
            plan: components["schemas"]["ServerPlan"] | null;
            /** @description null: nothing else runs meanwhile */
            overlap: components["schemas"]["Overlap"] | null;
            /** @description null: nothing was replaced */
            deployment: components["schemas"]["Deployment"] | null;
            /** @description the new one */
            server: components["schemas"]["ServerInfo"] | null;
            /** @description the one that was there */
            replaced: components["schemas"]["ServerInfo"] | null;
            /** @description null: none was asked for, or it came not to it */
            health: components["schemas"]["HealthCheck"] | null;
            message: string;
            warnings: string[];
        };
        DeployRequest: {
            type: components["schemas"]["ServerType"];
            /** @default {} */
            config?: components["schemas"]["ServerConfig"];
            /**
             * @description tried in this order where none of config.gpu_type is to be had
             * @default []
             */
            fallback_gpu_types?: string[];
            /**
             * @description US dollars per hour, all its GPUs; serverless: of one worker
             * @default null
             */
            max_price?: number | null;
            /**
             * @description serverless only: HTTP through a load balancer, or jobs in a queue
             * @default load_balancer
             * @enum {string}
             */
            serving?: "queue" | "load_balancer";
            /** @default false */
            protected?: boolean;
            /**
             * @description until it runs; else it answers once the provider took it
             * @default true
             */
            wait_for_completion?: boolean;
            /** @description how one that is there is replaced; absent: there must be none */
            strategy?: components["schemas"]["StrategyName"];
            /** @description which one, where there are several; "rolling" replaces all of the type */
            replaces?: string;
            /** @description asked until it answers 200; without it a server is taken for good once it runs */
            health_check?: string;
            /** @description percent of the analyses that it computes in the end; absent: what the replaced one computes, else 0 */
            traffic?: number;
            /** @description of "canary": the first step (20) */
            canary_percent?: number;
            /** @description of "canary": seconds until it has everything (3600) */
            canary_duration?: number;
            /** @description the old one is kept, running and paid, for a rollback (600; of "recreate" 0, and stopped) */
            keep_seconds?: number;
            /**
             * @description answers what would be done and cost
             * @default false
             */
            dry_run?: boolean;
        };
        Deployment: {
            id: string;
            type: components["schemas"]["ServerType"];
            strategy: components["schemas"]["StrategyName"];
            phase: components["schemas"]["DeploymentPhase"];
            /** @description null: it goes on */
            outcome: ("deployed" | "rolled_back" | "failed") | null;
            message: string;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            phase_since: string;
            ended_at: string | null;
            /** @description one after the other */
            swaps: {
                old_server_id: string | null;
                /** @description null: none was made yet */
                new_server_id: string | null;
                /** @description percent of the analyses that is handed over */
                traffic: number;
                /** @description percent of that which the new one has */
                handed_over: number;
            }[];
            /** @description percent of all analyses, at this moment */
            weights: {
                id: string;
                weight: number;
            }[];
            /** @description what the new one gets, step by step */
            steps_percent: number[];
            /** @description of "canary" */
            step_until: string | null;
            /** @description until then the old one is there; null: not yet, or no more */
            kept_until: string | null;
            health: components["schemas"]["HealthCheck"] | null;
            smoke: components["schemas"]["SmokeReport"] | null;
            judgement: components["schemas"]["Judgement"] | null;
            overlap: components["schemas"]["Overlap"];
            can_promote: boolean;
            can_roll_back: boolean;
            /** @description false: nobody drives it but who waits for it; it goes on while serve or stdio runs */
            attended: boolean;
            /** @description what happened; the last 50 */
            notes: {
                /** Format: date-time */
                at: string;
                text: string;
            }[];
        };
        /** @enum {string} */
        DeploymentPhase: "parking" | "creating" | "checking" | "shifting" | "canary" | "draining" | "keeping" | "retiring" | "going_back" | "over";
        DetectionInput: {
            /** @description mug, laptop, keyboard, … (cup and cell phone are mapped) */
            class: string;
            /** @description [x1,y1,x2,y2] pixels */
            bbox: [
                number,
                number,
                number,
                number
            ];
            /** @default 1 */
            confidence?: number;
        };
        ErrorBody: {
            error: {
                /** @description of the catalogue: docs/error-codes.md */
                code: string;
                type: string;
                status: number;
                message: string;
                /** @description what to do next */
                advice: string;
                details?: {
                    [key: string]: unknown;
                };
                retry_after_s?: number;
                request_id: string;
                /** Format: date-time */
                timestamp: string;
            };
        };
        EventObject: {
            track_id: string;
            class: string;
        };
        /** @enum {string} */
        ExportFormat: "json" | "csv";
        /** @enum {string} */
        ExportName: "analyses" | "rules" | "history" | "feedback";
        Feedback: {
            feedback_id: string;
            analysis_id: string;
            /** @enum {string} */
            about: "analysis" | "object" | "rule";
            object_id: string | null;
            rule_id: string | null;
            is_correct: boolean;
            correct_position: {
                x: number;
                y: number;
            } | null;
            comments: string | null;
            /** @description that made the analysis; null: the caller gave the detections */
            model: string | null;
            /** Format: date-time */
            created_at: string;
        };
        FeedbackInput: {
            /** @description ana_… */
            analysis_id: string;
            is_correct: boolean;
            /** @description of the analysis, such as mug-1 */
            object_id?: string;
            /** @description what it says of this rule */
            rule_id?: string;
            /** @description of the middle of the wrong object_id, pixels */
            correct_position?: {
                x: number;
                y: number;
            };
            comments?: string;
        };
        FileLink: {
            /** @description whoever has it needs no login */
            url: string;
            /** Format: date-time */
            expires_at: string;
            content_type: string;
            size_bytes: number;
        };
        HealthCheck: {
            url: string;
            ok: boolean;
            /** @description of the last answer; null: there was none */
            status: number | null;
            tries: number;
            /** @description why it is not ok */
            reason: string | null;
        };
        /** @enum {string} */
        Inference: "single" | "tiled";
        Job: {
            job_id: string;
            /** @enum {string} */
            kind: "analysis" | "batch" | "import" | "export" | "deployment";
            /** @description failed: also when none of its photos could be analysed */
            state: components["schemas"]["JobState"];
            /** @description low unless H200-Priority says otherwise */
            priority: components["schemas"]["AnalysisPriority"];
            /** @description whether its end is told to an address */
            callback: boolean;
            /** @description its photos and what came of each until now; null: work of another kind, or not for this caller */
            images: components["schemas"]["JobImage"][] | null;
            /** @description null: nothing was told yet */
            progress: {
                done: number;
                total: number;
                message: string;
            } | null;
            /** Format: date-time */
            created_at: string;
            started_at: string | null;
            ended_at: string | null;
            /** @description when it is forgotten, at the latest; null: not ended */
            forgotten_at: string | null;
            error: {
                code: string;
                message: string;
                advice: string;
                retry_after_s?: number;
            } | null;
            /** @description where the result is, of a batch that was cancelled or failed what it had done; null: there is none */
            result: string | null;
        };
        JobImage: {
            index: number;
            filename: string;
            analysis_id: string | null;
            /** @description code */
            error: string | null;
        };
        /** @enum {string} */
        JobState: "queued" | "running" | "done" | "failed" | "cancelled";
        Judgement: {
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            verdict: "good" | "bad" | "too_few";
            reason: string;
            fresh: {
                id: string;
                requests: number;
                errors: number;
                p95_ms: number | null;
            };
            /** @description null: there is none to compare with */
            old: {
                id: string;
                requests: number;
                errors: number;
                p95_ms: number | null;
            } | null;
        };
        ListedCamera: {
            camera_id: string;
            /** @description letters, digits, - and _ */
            name: string;
            source: components["schemas"]["CameraSource"];
            /** @description null: as single photos are measured */
            calibration_id: string | null;
            /** @description between two pictures */
            interval_s: number;
            /** @description of hours, days and the summary */
            time_zone: string;
            /** @description null: always */
            active_hours: components["schemas"]["ActiveHours"] | null;
            /** @description blacked out before anything else is done */
            privacy_zones: [
                number,
                number
            ][][];
            enabled: boolean;
            /** @description a rule must be broken so long before it is an event */
            hold_s: number;
            /** @description and hold so long before it is mended */
            clear_s: number;
            /** @description null: all of the owner's */
            rule_ids: string[] | null;
            context: string | null;
            /** @description kept for time lapses; 0: none */
            picture_every_s: number;
            /** @description of events, days and pictures */
            retention_days: number;
            /** @description a message about the day; null: none */
            summary_at: string | null;
            created_at: string;
            updated_at: string;
            /**
             * @description resting: outside its hours; moved: not where it was calibrated; waiting: no picture yet
             * @enum {string}
             */
            state: "watching" | "resting" | "in_trouble" | "moved" | "off" | "waiting";
            /** @description why there is no picture */
            trouble: string | null;
            last_picture_at: string | null;
            /** @description rules that are broken now, as far as it saw */
            broken: number;
        };
        MeasureRequest: {
            from_px: [
                number,
                number
            ];
            to_px: [
                number,
                number
            ];
            /** @description what a ruler says */
            known_mm?: number;
        };
        MeasuredLength: {
            length_mm: number;
            /** @description half width of the 90 % interval, of the calibration alone; null: unknown */
            uncertainty_mm: number | null;
            known_mm: number | null;
            /** @description measured minus known */
            difference_mm: number | null;
            /** @description the known length lies within the interval; null: nothing to compare */
            agrees: boolean | null;
        };
        MetricsReport: {
            uptime_s: number;
            requests: {
                [key: string]: number;
            };
            analyses: {
                success: number;
                error: number;
                timeout: number;
            };
            inference_ms: {
                count: number;
                mean: number | null;
            };
            cache: {
                hits: number;
                misses: number;
                hit_rate: number | null;
                layers: {
                    [key: string]: unknown;
                };
            };
            rule_executions: number;
            queue_depth: number;
            event_loop_lag_ms: {
                p50: number | null;
                p99: number | null;
            };
            /** @description of the records */
            store: {
                backend: string;
                state: string;
            } | null;
            memory: {
                rss_bytes: number;
                heap_used_bytes: number;
            };
            /** @description null: none installed */
            model: {
                name: string;
                state: string;
                provider: string | null;
                load_ms: number | null;
                median_ms: number | null;
                p95_ms: number | null;
                error: string | null;
            } | null;
        };
        ModelSeries: {
            model: string;
            unit: string;
            time_range: components["schemas"]["TimeRange"];
            step_s: number;
            columns: string[];
            /** @description oldest first; the last step is not over */
            points: {
                /**
                 * Format: date-time
                 * @description begin of the step
                 */
                time: string;
                /** @description null: no server measured */
                values: {
                    [key: string]: number | null;
                } | null;
            }[];
            /** @description starts of servers that measured in this time */
            servers: number;
            /** @description false: something that was measured is missing, see reason */
            complete: boolean;
            /** @description why there are no values, or not all */
            reason: string | null;
        };
        NamedEvent: {
            event_id: string;
            kind: components["schemas"]["WatchEventKind"];
            camera: string;
            /**
             * Format: date-time
             * @description when it was sure
             */
            at: string;
            /**
             * Format: date-time
             * @description when it began, as far as it was seen
             */
            since: string;
            /**
             * @description of rule_mended and rule_ended: until when it was broken; null: another event
             * @default null
             */
            until: string | null;
            rule_id: string | null;
            objects: components["schemas"]["EventObject"][];
            evidence: {
                /** @description one line */
                reason: string;
                /** @description the distance that breaks the rule, or how far something was moved */
                measured_mm: {
                    value: number;
                    uncertainty: number | null;
                } | null;
                required_mm: number | null;
                /** @description how long it was seen so */
                seen_s: number;
                /** @description how long nobody saw, in between */
                unseen_s: number;
            };
            analysis_id: string | null;
            /** @description its name */
            rule: string | null;
        };
        NotificationPreferences: {
            /**
             * @description severities of each channel; of one that is absent, those of the server
             * @default {}
             */
            channels: {
                [key: string]: components["schemas"]["Severity"][];
            };
            /**
             * @description rules of which nobody is told
             * @default []
             */
            muted_rules: string[];
            /** @default null */
            quiet_hours: components["schemas"]["QuietHours"] | null;
        };
        NotificationPreferencesInput: {
            /**
             * @description severities of each channel; of one that is absent, those of the server
             * @default {}
             */
            channels?: {
                [key: string]: components["schemas"]["Severity"][];
            };
            /**
             * @description rules of which nobody is told
             * @default []
             */
            muted_rules?: string[];
            /** @default null */
            quiet_hours?: components["schemas"]["QuietHoursInput"] | null;
        };
        OutgoingEvent: {
            event_id: string;
            event_type: string;
            timestamp: string;
            owner: string;
            severity: components["schemas"]["Severity"];
            data: {
                [key: string]: unknown;
            };
        };
        Overlap: {
            /** @description that run on until the new one has taken over */
            server_ids: string[];
            /** @description US dollars, of those; null: not known */
            price_per_hour: number | null;
            /** @description at most, with the new one; null: not known */
            together_per_hour: number | null;
            /** @description so long at most */
            at_most_seconds: number;
        };
        Peer: {
            name: string;
            /** @description null: all that the peer has */
            skills: string[] | null;
            calls_per_day: number;
            calls_left_today: number;
            /** @description of one delegation */
            longest_deadline_s: number;
        };
        PeerArtifact: {
            name: string;
            text?: string;
            data?: unknown;
            url?: string;
            media_type?: string;
            /** @description why a part is not here */
            left_out?: string;
        };
        Positioning: {
            /** @description px, of the worst mug */
            optimal_position: {
                x: number;
                y: number;
            } | null;
            adjustments_needed: components["schemas"]["Adjustment"][];
            /** @description 0..1; null: no rule applied, or none is broken but some are uncertain */
            safety_score: number | null;
            infeasible: {
                rule_ids: string[];
                explanation: string;
            } | null;
            mugs: {
                id: string;
                optimal_position: {
                    x: number;
                    y: number;
                } | null;
                adjustments: components["schemas"]["Adjustment"][];
            }[];
        };
        QueueStatus: {
            name: string;
            /** @enum {string} */
            state: "connected" | "unreachable";
            /** @description empty: not known now */
            depth: {
                priority: components["schemas"]["AnalysisPriority"];
                /** @description not yet taken by a worker */
                waiting: number;
            }[];
            /** @description taken by a worker and not done; null: not known now */
            running: number | null;
            /** @description done in the last minute, by all workers; null: not known now */
            per_minute: number | null;
            /** @description ended by their time limit in the last minute, waiting or running; null: not known now */
            late_per_minute: number | null;
            /** @description given up; null: not known now */
            dead: number | null;
            /** @description of photos that wait or run; null: not known now */
            held_bytes: number | null;
            workers: components["schemas"]["QueueWorker"][];
        };
        QueueWorker: {
            worker_id: string;
            host: string;
            /** @description of the program; a worker takes what servers of the same version put in */
            version: string;
            /** @description null: none is installed there */
            model: string | null;
            concurrency: number;
            /** @description why it takes nothing now; null: it takes analyses */
            trouble: string | null;
            /** Format: date-time */
            started_at: string;
        };
        /** @description notices wait until they end; critical ones do not */
        QuietHours: {
            from: string;
            /** @description may lie on the next day */
            to: string;
            /** @default UTC */
            time_zone: string;
        };
        /** @description notices wait until they end; critical ones do not */
        QuietHoursInput: {
            from: string;
            /** @description may lie on the next day */
            to: string;
            /** @default UTC */
            time_zone?: string;
        };
        Render: {
            analysis_id: string;
            render_id: string;
            /** @enum {string} */
            status: "PENDING" | "COMPLETED" | "FAILED";
            url: string | null;
            width: number | null;
            height: number | null;
            format: string | null;
            updated_at: string;
        };
        Replay: {
            id: string;
            /** @description null: it failed again and is kept */
            analysis_id: string | null;
            error: {
                code: string;
                message: string;
            } | null;
        };
        /** @enum {string} */
        RoleName: "viewer" | "analyst" | "manager" | "admin";
        RoutingReport: {
            revision: number;
            /** @description null: never changed */
            changed_at: string | null;
            /** @description of the rollout that set it; null: somebody did */
            rollout_id: string | null;
            /** @description of the measurements, up to now, over all our processes */
            window_seconds: number;
            backends: {
                /** @description "here", "queue" or the id of a server */
                id: ("here" | "queue") | string;
                /** @description endpoint_jobs: jobs of an endpoint; endpoint_http: its load balancer */
                kind: components["schemas"]["BackendKind"];
                server_id: string | null;
                /** @description percent of the analyses */
                weight: number;
                /** @description sent there */
                requests: number;
                /** @description of these: brought no answer, and went elsewhere */
                errors: number;
                /** @description of those that were answered; null: none was */
                p50_ms: number | null;
                p95_ms: number | null;
            }[];
        };
        Rule: {
            /** @description absent: not stored */
            rule_id?: string;
            name: string;
            /** @enum {string} */
            type: "distance" | "placement" | "safety" | "context";
            conditions: components["schemas"]["Condition"][];
            timing?: components["schemas"]["Timing"];
            actions: {
                [key: string]: unknown;
            }[];
            priority: number;
            context: string | null;
            text: string | null;
            canonical: string;
            assumptions: string[];
            /** @enum {string} */
            source: "grammar" | "llm" | "manual";
            enabled?: boolean;
            version?: number;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            updated_at?: string;
            created_by?: string;
            scope?: components["schemas"]["RuleScope"];
        };
        RuleEvaluationOutput: {
            rules: {
                rule_id: string;
                canonical: string;
                /** @description the worst of all pairs */
                verdict: components["schemas"]["VerdictKind"];
                /** @description worst first; of many the 50 worst of each condition */
                verdicts: {
                    /** @description index in the rule */
                    condition: number;
                    operator?: string;
                    verdict: components["schemas"]["VerdictKind"];
                    /** @description object ids */
                    objects: string[];
                    /** @description mm, or a count */
                    measured: number | null;
                    required: number | null;
                    /** @description half width of the 90 % interval */
                    uncertainty: number | null;
                    /** @description that it holds */
                    probability?: number | null;
                    /** @enum {string} */
                    unit: "mm" | "count" | "none";
                    /** @description one line */
                    reason: string;
                }[];
                violations: {
                    objects: string[];
                    measured_mm: number | null;
                    required_mm: number | null;
                    shortfall_mm: number | null;
                    uncertainty_mm: number | null;
                }[];
            }[];
            /** @description of all rules, listed or not */
            findings: {
                satisfied: number;
                violated: number;
                uncertain: number;
            };
            adjustments: {
                object_id: string;
                /** @enum {string} */
                type: "move_left" | "move_right" | "move_up" | "move_down";
                distance_mm: number | null;
                vector_px: [
                    number,
                    number
                ];
                reason: string;
                /** @description on the moved scene its rules surely hold, none comes off worse */
                verified: boolean;
            }[];
            mm_per_pixel: number | null;
            calibration_reason: string | null;
            warnings: string[];
            processing_time_ms: number;
        };
        /** @enum {string} */
        RuleScope: "mine" | "everyone";
        RuleSeries: {
            rule_id: string;
            unit: string;
            time_range: components["schemas"]["TimeRange"];
            step_s: number;
            columns: string[];
            /** @description oldest first; the last step is not over */
            points: {
                /**
                 * Format: date-time
                 * @description begin of the step
                 */
                time: string;
                /** @description null: no server measured */
                values: {
                    [key: string]: number | null;
                } | null;
            }[];
            /** @description starts of servers that measured in this time */
            servers: number;
            /** @description false: something that was measured is missing, see reason */
            complete: boolean;
            /** @description why there are no values, or not all */
            reason: string | null;
        };
        RuleTestOutput: {
            /** @description null: the sentence was only tried */
            rule_id: string | null;
            canonical: string;
            /** @description the worst of all pairs */
            verdict: components["schemas"]["VerdictKind"];
            counts: {
                satisfied: number;
                violated: number;
                uncertain: number;
                not_applicable: number;
            };
            /** @description worst first */
            verdicts: {
                operator?: string;
                verdict: components["schemas"]["VerdictKind"];
                /** @description object ids */
                objects: string[];
                /** @description mm, or a count */
                measured: number | null;
                required: number | null;
                /** @description half width of the 90 % interval */
                uncertainty: number | null;
                /** @description that it holds */
                probability?: number | null;
                /** @enum {string} */
                unit: "mm" | "count" | "none";
                /** @description one line */
                reason: string;
            }[];
            violations: {
                objects: string[];
                measured_mm: number | null;
                required_mm: number | null;
                shortfall_mm: number | null;
                uncertainty_mm: number | null;
            }[];
            adjustments: {
                object_id: string;
                /** @enum {string} */
                type: "move_left" | "move_right" | "move_up" | "move_down";
                distance_mm: number | null;
                vector_px: [
                    number,
                    number
                ];
                reason: string;
                /** @description on the moved scene its rules surely hold, none comes off worse */
                verified: boolean;
            }[];
            mm_per_pixel: number | null;
            calibration_reason: string | null;
            processing_time_ms: number;
        };
        SceneDrawing: {
            objects: {
                id: string;
                /** @description where it stands; null: no scale, or out of sight */
                footprint_px: [
                    number,
                    number
                ][] | null;
                /** @description where its middle is, 90 % */
                error_px: [
                    number,
                    number
                ][] | null;
                /** @description of its place, half width of the 90 % interval, without what all places share */
                own_error_mm: number | null;
            }[];
            /** @description one for each pair: its worst verdict */
            links: {
                verdict: components["schemas"]["VerdictKind"];
                objects: string[];
                from: [
                    number,
                    number
                ];
                to: [
                    number,
                    number
                ];
                /** @description what was measured */
                title: string;
                /** @description what is wanted */
                detail: string | null;
                /** @description half width of the 90 % interval / length; null: unknown */
                error_share: number | null;
            }[];
            zones: {
                name: string;
                kind: string;
                polygon_px: [
                    number,
                    number
                ][];
            }[];
            table: {
                /** @enum {string} */
                reference: "declared" | "visible" | "surface" | "image";
                polygon_px: [
                    number,
                    number
                ][];
            };
            /** @description the printed sheet */
            sheet_px: [
                number,
                number
            ][] | null;
            /** @description pixels to mm on the table, row by row */
            homography: number[] | null;
        };
        SearchOutput: {
            results: {
                analysis_id: string;
                timestamp: string;
                headline: string;
                uri: string;
                /** @description 1: the same; null: not asked for */
                similarity: number | null;
                /** @description findings it was found for, else open ones */
                why: string[];
                /** @description others of this page that show the same desk */
                same_desk: string[];
            }[];
            /** @enum {string} */
            order: "newest" | "similarity";
            /** @description filters made of the text */
            read_as?: {
                [key: string]: unknown;
            };
            notes?: string[];
            /** @description null: last page */
            next_cursor: string | null;
            unreadable?: string[];
        };
        SearchRequest: {
            /** @description what to look for, in words */
            text?: string;
            /** @description find desks that look like this one */
            image?: string;
            /** @description find desks like this one of yours */
            analysis_id?: string;
            /** @description all in the image: mug, laptop, beverage, … */
            objects?: string[];
            /** @description one or two objects of one finding */
            about?: string[];
            /**
             * @description violated when absent, with rule_id, operator or about
             * @enum {string}
             */
            verdict?: "violated" | "uncertain" | "satisfied";
            /** @description rule_… */
            rule_id?: string;
            /**
             * @description min_distance violated: too close
             * @enum {string}
             */
            operator?: "min_distance" | "max_distance" | "min_edge_distance" | "on" | "not_on" | "centered_on" | "left_of" | "right_of" | "in_front_of" | "behind" | "within" | "grouped" | "aligned" | "count_max" | "count_min";
            /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
            since?: string;
            /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
            until?: string;
            /**
             * @description each desk once
             * @default true
             */
            group?: boolean;
            /** @default 10 */
            limit?: number;
            /** @description next_cursor of the page before */
            cursor?: string;
        };
        /** @enum {string} */
        SenderName: "webhook" | "n8n" | "slack" | "discord" | "email" | "templated" | "callback";
        Series: {
            name: components["schemas"]["SeriesName"];
            unit: string;
            time_range: components["schemas"]["TimeRange"];
            step_s: number;
            columns: string[];
            /** @description oldest first; the last step is not over */
            points: {
                /**
                 * Format: date-time
                 * @description begin of the step
                 */
                time: string;
                /** @description null: no server measured */
                values: {
                    [key: string]: number | null;
                } | null;
            }[];
            /** @description starts of servers that measured in this time */
            servers: number;
            /** @description false: something that was measured is missing, see reason */
            complete: boolean;
            /** @description why there are no values, or not all */
            reason: string | null;
        };
        /** @enum {string} */
        SeriesName: "requests" | "latency" | "analyses" | "inference" | "cache" | "rules" | "feedback" | "memory" | "event_loop_lag" | "queue_depth" | "gpu_utilization" | "gpu_memory" | "gpu_temperature" | "cost";
        /** @enum {string} */
        ServerAction: "start" | "stop" | "restart" | "scale" | "update" | "terminate";
        ServerConfig: {
            /**
             * @description short name ("H200") or the id of the catalog
             * @default H200
             */
            gpu_type?: string;
            /** @default 1 */
            gpu_count?: number;
            /**
             * @description serverless only: these run, and cost, all the time
             * @default 0
             */
            min_instances?: number;
            /**
             * @description serverless only
             * @default 3
             */
            max_instances?: number;
            /** @default 600 */
            idle_timeout_seconds?: number;
            /**
             * @description always null: nothing scales by it
             * @default null
             */
            target_utilization?: null;
            /**
             * @description container; null: the configured one
             * @default null
             */
            image?: string | null;
            /**
             * @description never shown again: names only
             * @default {}
             */
            env?: {
                [key: string]: string;
            };
        };
        ServerCost: {
            server_id: string;
            type: components["schemas"]["ServerType"];
            name: string;
            /** @description timed: counted here while it ran, null: its price was never told; serverless: as billed, null: not yet */
            usd: number | null;
            /** @description timed only */
            running_hours: number | null;
            /** @description that it ran longer than a minute after its last request; timed only */
            idle_hours: number | null;
            /** @description of which nobody knows whether it ran: not counted; timed only */
            unseen_hours: number | null;
            /** @description measured hours that idle shutdown kept it stopped × its last price; null: not measured */
            saved_usd: number | null;
            saved_hours: number | null;
            /** @description by the provider’s records; null: none yet */
            billed_usd: number | null;
            /** @description billed less counted, over the time that both cover */
            difference_usd: number | null;
        };
        ServerInfo: {
            id: string;
            type: components["schemas"]["ServerType"];
            name: string;
            /**
             * @description "terminated": in the answer that ended it alone
             * @enum {string}
             */
            state: "pending" | "starting" | "running" | "stopping" | "stopped" | "error" | "updating" | "terminated";
            /** @description when its state was last seen at the provider; null: not yet */
            as_of: string | null;
            config: {
                /**
                 * @description short name ("H200") or the id of the catalog
                 * @default H200
                 */
                gpu_type: string;
                /** @default 1 */
                gpu_count: number;
                /**
                 * @description serverless only: these run, and cost, all the time
                 * @default 0
                 */
                min_instances: number;
                /**
                 * @description serverless only
                 * @default 3
                 */
                max_instances: number;
                /** @default 600 */
                idle_timeout_seconds: number;
                /**
                 * @description always null: nothing scales by it
                 * @default null
                 */
                target_utilization: null;
                /**
                 * @description container; null: not known
                 * @default null
                 */
                image: string | null;
                /** @description names */
                env: string[];
            };
            /** @description what it was given; null: nothing yet, or not known */
            gpu: {
                id: string;
                name: string;
                memory_gb: number;
            } | null;
            /** @description its id at the provider; null: it has none yet */
            provider_id: string | null;
            /** Format: date-time */
            created_at: string;
            started_at: string | null;
            stopped_at: string | null;
            endpoint_url: string | null;
            current_instances: number | null;
            /** @description that our gateway routed to it */
            total_requests: number;
            error_count: number;
            /** @description as the provider states it now */
            cost_per_hour: number | null;
            /** @description while it ran, as counted here, null: its price was never told; of serverless ones as billed, null: not billed yet */
            total_cost: number | null;
            /** @description neither stopped nor terminated before this is taken off */
            protected: boolean;
            /** @description null: busy, not running, or not watched */
            idle_since: string | null;
            /** @description when it is stopped unless it is used; null: it is not, or no serve or stdio runs that would */
            idle_stop_at: string | null;
            /** @description in the provider’s words */
            error: string | null;
            /** @description where it is otherwise at the provider than was asked; null: as asked */
            drift: string | null;
        };
        ServerList: {
            servers: components["schemas"]["ServerInfo"][];
            provider: {
                /** @enum {string} */
                state: "ok" | "unreachable" | "refused" | "not_configured";
                /** @description why it is not ok */
                reason: string | null;
                /** @description a fake of the provider: nothing is rented, and prices are made up */
                simulated: boolean;
                /** @description when the list was last compared with the provider’s: states are of then */
                reconciled_at: string | null;
            };
            /** @description of new servers, by type */
            idle_timeout_seconds: {
                [key: string]: number;
            };
            /** @description what the provider runs on the same account and was not made here; 50 at most */
            unknown: {
                provider_id: string;
                type: components["schemas"]["ServerType"];
                name: string;
                state: string;
                cost_per_hour: number | null;
            }[];
        };
        ServerLogLine: {
            cursor: string;
            at: string;
            /** @enum {string} */
            source: "container" | "system";
            /** @description null: the line says none */
            level: ("trace" | "debug" | "info" | "warn" | "error" | "fatal") | null;
            /** @description at most 2,000 characters */
            text: string;
        };
        ServerLogs: {
            server_id: string;
            lines: components["schemas"]["ServerLogLine"][];
            /** @description give it as "after" to read on */
            cursor: string | null;
            /** @description older lines were left out */
            cut: boolean;
        };
        ServerMetrics: {
            server_id: string;
            /** Format: date-time */
            at: string;
            /** @description that our gateway routed to it */
            requests: number;
            errors: number;
            /** @description null: it had no request */
            error_rate: number | null;
            /** @description since its last start; null: it does not run */
            running_seconds: number | null;
            instances: number | null;
            cost_per_hour: number | null;
            total_cost: number | null;
            gpu: {
                utilization: null;
                memory: null;
                temperature_c: null;
                reason: string;
            };
        };
        ServerOffer: {
            gpu_id: string;
            short_name: string;
            name: string;
            memory_gb: number;
            gpu_count: number;
            /** @description US dollars, all GPUs of one instance while it runs; null: not told */
            price_per_hour: number | null;
            availability: ("none" | "low" | "medium" | "high") | null;
        };
        ServerPlan: {
            /** @enum {string} */
            action: "create" | "start" | "scale";
            type: components["schemas"]["ServerType"];
            /** @description null: it would be made */
            server_id: string | null;
            /** @description GPUs in the order in which they would be tried; of one that exists: its own */
            candidates: components["schemas"]["ServerOffer"][];
            refused: {
                gpu_type: string;
                reason: string;
            }[];
            /** @description container image; null: none is named */
            image: string | null;
            /** @description names of its own variables */
            env: string[];
            /** @description of one instance of the first candidate, while it runs */
            price_per_hour: number | null;
            /** @description if all instances of the dearest candidate run */
            highest_price_per_hour: number | null;
            /** @description of those that run all the time, also unused */
            always_per_hour: number | null;
            /** @description it is stopped after so long without a request */
            idle_timeout_seconds: number;
            /** @enum {string} */
            price_source: "RunPod catalog" | "simulated catalog";
            /** Format: date-time */
            quoted_at: string;
        };
        ServerQuote: {
            /** @description in the order in which they would be tried */
            candidates: components["schemas"]["ServerOffer"][];
            refused: {
                gpu_type: string;
                reason: string;
            }[];
            /** @description of the first candidate */
            price_per_hour: number | null;
            /** @description if all instances of the dearest candidate run */
            highest_price_per_hour: number | null;
            /** @description container image; null: none is named */
            image: string | null;
            /** @description names of its own variables */
            env: string[];
        };
        ServerSettings: {
            idle_timeout_seconds?: number;
            protected?: boolean;
            /** @description always null: nothing scales by it */
            target_utilization?: null;
            /** @description serverless only */
            min_instances?: number;
            /** @description serverless only */
            max_instances?: number;
        };
        /** @enum {string} */
        ServerType: "serverless" | "timed";
        SetRouting: {
            /** @description percent by "here", "queue" or the id of a server; together 100 */
            weights: {
                [key: string]: number;
            };
            /** @description only if it is still this one */
            revision?: number;
            /**
             * @description also while a rollout sets them
             * @default false
             */
            force?: boolean;
        };
        /** @enum {string} */
        Severity: "critical" | "error" | "warning" | "info" | "success";
        SmokeReport: {
            ok: boolean;
            detail: string;
            /** @description as here, or as the old server; null: nobody could compare */
            same: boolean | null;
            objects_there: number | null;
            took_ms: number;
        };
        /** @enum {string} */
        SourceKind: "folder" | "snapshot" | "mjpeg" | "rtsp" | "usb";
        StoredRule: {
            rule_id: string;
            name: string;
            /** @enum {string} */
            type: "distance" | "placement" | "safety" | "context";
            conditions: components["schemas"]["Condition"][];
            timing?: components["schemas"]["Timing"];
            actions: {
                [key: string]: unknown;
            }[];
            priority: number;
            context: string | null;
            text: string | null;
            canonical: string;
            assumptions: string[];
            /** @enum {string} */
            source: "grammar" | "llm" | "manual";
            enabled: boolean;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            created_by: string;
            scope: components["schemas"]["RuleScope"];
        };
        /** @enum {string} */
        StrategyName: "recreate" | "rolling" | "blue-green" | "canary";
        /** @enum {string} */
        TargetName: "webhook" | "n8n" | "slack" | "discord" | "email" | "templated";
        TargetStatus: {
            /** @description callback: the addresses that callers named, all together */
            target: components["schemas"]["SenderName"];
            /**
             * @description ok also when nothing was sent yet
             * @enum {string}
             */
            state: "ok" | "retrying";
            /** @description messages; null: not known just now */
            waiting: number | null;
            /** @description by this process */
            delivered: number;
            /** @description tries that failed, of this process */
            failures: number;
            dead_letters: number | null;
            last_success_at: string | null;
            last_error: {
                at: string;
                reason: string;
            } | null;
        };
        TestOutcome: {
            target: components["schemas"]["TargetName"];
            ok: boolean;
            /** @description why it failed */
            reason: string | null;
            took_ms: number;
        };
        /** @enum {string} */
        TimeRange: "1h" | "6h" | "24h" | "7d" | "30d";
        /** @description one photo alone cannot tell */
        Timing: {
            /** @description so long it may last; unseen time does not count */
            for_seconds?: number;
            after?: string;
            before?: string;
            /** @description must hold then, once a day */
            by?: string;
            days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        };
        TrackedObject: {
            /** @description mug-3: the third mug that this camera has followed */
            track_id: string;
            class: string;
            /** @description mean since it stands there; null: no millimetres */
            position_mm: {
                x: number;
                y: number;
                /** @description half width of the 90 % interval */
                x_uncertainty: number;
                /** @description half width of the 90 % interval */
                y_uncertainty: number;
            } | null;
            /** Format: date-time */
            first_seen: string;
            /** Format: date-time */
            last_seen: string;
            /** @description by its last move; null: it never moved, or no millimetres */
            moved_mm: {
                value: number;
                uncertainty: number | null;
            } | null;
            /**
             * @description hidden: not seen for a moment, and taken to be where it was
             * @enum {string}
             */
            state: "present" | "hidden" | "gone";
        };
        User: {
            user_id: string;
            username: string;
            role: components["schemas"]["RoleName"];
            disabled: boolean;
            must_change_password: boolean;
            /** Format: date-time */
            created_at: string;
            last_login_at: string | null;
        };
        Verdict: {
            rule_id: string;
            /** @description index in the rule */
            condition: number;
            operator?: string;
            verdict: components["schemas"]["VerdictKind"];
            /** @description object ids */
            objects: string[];
            /** @description mm, or a count */
            measured: number | null;
            required: number | null;
            /** @description half width of the 90 % interval */
            uncertainty: number | null;
            /** @description negative: how much is missing */
            margin?: number | null;
            /** @description that it holds */
            probability?: number | null;
            /** @enum {string} */
            unit: "mm" | "count" | "none";
            /** @description one line */
            reason: string;
        };
        /** @enum {string} */
        VerdictKind: "satisfied" | "violated" | "uncertain" | "not_applicable";
        /** @enum {string} */
        WatchEventKind: "rule_broken" | "rule_mended" | "rule_ended" | "rule_uncertain" | "object_entered" | "object_left" | "object_moved" | "camera_moved" | "camera_lost" | "camera_back";
        WhatIf: {
            /** @description as if they lay there; the rules are those of now */
            analysis: {
                analysis_id: string;
                image: {
                    width: number;
                    height: number;
                    sha256: string | null;
                };
                /** @description null: the caller gave the detections */
                model: {
                    name: string;
                    version: string;
                    threshold: number;
                    inference?: string;
                    provider: string;
                    /** @description of its boxes, over all classes */
                    box_noise?: number;
                } | null;
                /** @description the mugs */
                detections: components["schemas"]["AnalysedObject"][];
                /** @description everything found, mugs included */
                objects: components["schemas"]["AnalysedObject"][];
                calibration: components["schemas"]["CalibrationReport"];
                /**
                 * @description of the sentences; metric when absent
                 * @enum {string}
                 */
                units?: "metric" | "imperial";
                rules: components["schemas"]["Verdict"][];
                /** @description all pairs, listed or not */
                findings?: {
                    violated: number;
                    uncertain: number;
                    satisfied: number;
                };
                /** @description null: no mug, and nothing decided */
                positioning: components["schemas"]["Positioning"] | null;
                feedback: {
                    summary: string;
                    recommendations: string[];
                } | null;
                warnings: string[];
                /**
                 * @description it could not be stored, for the reason in warnings
                 * @enum {boolean}
                 */
                stored?: false;
            };
            drawing: components["schemas"]["SceneDrawing"];
        };
        WhatIfRequest: {
            moves: {
                object_id: string;
                /** @description of its foot in the image, x to the right, y down */
                vector_px?: [
                    number,
                    number
                ];
                /** @description on the table, x to the right, y toward the viewer */
                vector_mm?: [
                    number,
                    number
                ];
            }[];
            /** @enum {string} */
            strategy?: "safety_first" | "balanced" | "efficiency" | "aesthetic";
            /** @description classes that may be moved; mugs when absent */
            movable?: string[];
        };
        Zone: {
            name: string;
            /**
             * @default zone
             * @enum {string}
             */
            kind: "coaster" | "desk_mat" | "zone";
            polygon_px: [
                number,
                number
            ][];
        };
        ZoneInput: {
            name: string;
            /**
             * @default zone
             * @enum {string}
             */
            kind?: "coaster" | "desk_mat" | "zone";
            polygon_px: [
                number,
                number
            ][];
        };
        AnalyzeBody: {
            /** @description the file; in JSON a path, https URL or data URL */
            image?: string;
            /** @description your own detections: no model runs */
            detections?: components["schemas"]["DetectionInput"][];
            /** @description pixels; with detections and no image */
            size?: {
                width: number;
                height: number;
            };
            /** @description standard error of their edges / box size */
            box_noise?: number;
            /** @description least confidence */
            confidence_threshold?: number;
            /** @description single: faster */
            inference?: components["schemas"]["Inference"];
            mm_per_pixel?: number;
            /** @description how pixels become mm */
            calibration?: components["schemas"]["CalibrationInput"];
            calibration_id?: string;
            /** @description coasters, mats or named areas, pixels */
            zones?: components["schemas"]["ZoneInput"][];
            /** @description corners of the table top, pixels */
            table_corners?: [
                number,
                number
            ][];
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @enum {string} */
            strategy?: "safety_first" | "balanced" | "efficiency" | "aesthetic";
            /** @description classes that may be moved; mugs when absent */
            movable?: string[];
            /** @default true */
            include_feedback?: boolean;
            /**
             * @description of the sentences
             * @default metric
             * @enum {string}
             */
            units?: "metric" | "imperial";
            /**
             * @description false: answer only, keep nothing
             * @default true
             */
            store?: boolean;
            /** @description another name of "confidence_threshold" */
            threshold?: number;
            /** @description another name of "mm_per_pixel" */
            calibration_mm_per_pixel?: number;
            /** @description another name of "context" */
            rules_context?: string;
            /** @description another name of "image" */
            image_url?: string;
        };
        AnalyzeBatchBody: {
            /** @description the files; in JSON as "image" */
            images?: string[];
            /** @description least confidence */
            confidence_threshold?: number;
            /** @description single: faster */
            inference?: components["schemas"]["Inference"];
            mm_per_pixel?: number;
            /** @description how pixels become mm */
            calibration?: components["schemas"]["CalibrationInput"];
            calibration_id?: string;
            /** @description coasters, mats or named areas, pixels */
            zones?: components["schemas"]["ZoneInput"][];
            /** @description corners of the table top, pixels */
            table_corners?: [
                number,
                number
            ][];
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @enum {string} */
            strategy?: "safety_first" | "balanced" | "efficiency" | "aesthetic";
            /** @description classes that may be moved; mugs when absent */
            movable?: string[];
            /** @default true */
            include_feedback?: boolean;
            /**
             * @description of the sentences
             * @default metric
             * @enum {string}
             */
            units?: "metric" | "imperial";
            /**
             * @description false: answer only, keep nothing
             * @default true
             */
            store?: boolean;
            /** @description another name of "confidence_threshold" */
            threshold?: number;
            /** @description another name of "mm_per_pixel" */
            calibration_mm_per_pixel?: number;
            /** @description another name of "context" */
            rules_context?: string;
            /** @description another name of "images" */
            image?: string[];
        };
        ReanalyzeBody: {
            /** @description least confidence */
            confidence_threshold?: number;
            /** @description single: faster */
            inference?: components["schemas"]["Inference"];
            mm_per_pixel?: number;
            /** @description how pixels become mm */
            calibration?: components["schemas"]["CalibrationInput"];
            calibration_id?: string;
            /** @description coasters, mats or named areas, pixels */
            zones?: components["schemas"]["ZoneInput"][];
            /** @description corners of the table top, pixels */
            table_corners?: [
                number,
                number
            ][];
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @enum {string} */
            strategy?: "safety_first" | "balanced" | "efficiency" | "aesthetic";
            /** @description classes that may be moved; mugs when absent */
            movable?: string[];
            /** @default true */
            include_feedback?: boolean;
            /**
             * @description of the sentences
             * @default metric
             * @enum {string}
             */
            units?: "metric" | "imperial";
            /**
             * @description false: answer only, keep nothing
             * @default true
             */
            store?: boolean;
            /** @description another name of "confidence_threshold" */
            threshold?: number;
            /** @description another name of "mm_per_pixel" */
            calibration_mm_per_pixel?: number;
            /** @description another name of "context" */
            rules_context?: string;
        };
        /** @description Take it back */
        DeleteFeedbackAnswer: {
            feedback_id: string;
            /** @enum {boolean} */
            deleted: true;
        };
        /** @description Store a rule */
        CreateRuleAnswer: {
            rule_id: string;
            name: string;
            /** @enum {string} */
            type: "distance" | "placement" | "safety" | "context";
            conditions: components["schemas"]["Condition"][];
            timing?: components["schemas"]["Timing"];
            actions: {
                [key: string]: unknown;
            }[];
            priority: number;
            context: string | null;
            text: string | null;
            canonical: string;
            assumptions: string[];
            /** @enum {string} */
            source: "grammar" | "llm" | "manual";
            enabled: boolean;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            created_by: string;
            scope: components["schemas"]["RuleScope"];
            validation: {
                /**
                 * @description what is not valid is refused
                 * @enum {boolean}
                 */
                is_valid: true;
                issues: string[];
                /** @description what was assumed, and conflicts with other rules */
                warnings: string[];
            };
            /** @description warnings */
            conflicts: ({
                /** @enum {string} */
                kind: "contradiction" | "subsumed" | "impossible";
                rule_ids: string[];
                sentences: string[];
                explanation: string;
                /** @description false: only not found */
                proven?: boolean;
            } & {
                [key: string]: unknown;
            })[];
            /** @description with which rules it can hold; arrangement null: not known */
            together?: {
                [key: string]: unknown;
            };
        };
        CreateRuleBody: {
            /** @description one sentence; this or conditions */
            text?: string;
            conditions?: components["schemas"]["Condition"][];
            /** @description with conditions: when it is broken in time; null: whenever it is looked at */
            timing?: components["schemas"]["Timing"] | null;
            name?: string;
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @description 1-3 hint, 4-6 advice, 7-9 warning, 10 safety alert */
            priority?: number;
            /** @default true */
            enabled?: boolean;
            /** @default mine */
            scope?: components["schemas"]["RuleScope"];
            /**
             * @description another name of "enabled"
             * @default true
             */
            auto_enable?: boolean;
            /** @description another name of "text" */
            sentence?: string;
        };
        /** @description Change a rule */
        UpdateRuleAnswer: {
            rule_id: string;
            name: string;
            /** @enum {string} */
            type: "distance" | "placement" | "safety" | "context";
            conditions: components["schemas"]["Condition"][];
            timing?: components["schemas"]["Timing"];
            actions: {
                [key: string]: unknown;
            }[];
            priority: number;
            context: string | null;
            text: string | null;
            canonical: string;
            assumptions: string[];
            /** @enum {string} */
            source: "grammar" | "llm" | "manual";
            enabled: boolean;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            created_by: string;
            scope: components["schemas"]["RuleScope"];
            validation: {
                /**
                 * @description what is not valid is refused
                 * @enum {boolean}
                 */
                is_valid: true;
                issues: string[];
                /** @description what was assumed, and conflicts with other rules */
                warnings: string[];
            };
            /** @description warnings */
            conflicts: ({
                /** @enum {string} */
                kind: "contradiction" | "subsumed" | "impossible";
                rule_ids: string[];
                sentences: string[];
                explanation: string;
                /** @description false: only not found */
                proven?: boolean;
            } & {
                [key: string]: unknown;
            })[];
            /** @description with which rules it can hold; arrangement null: not known */
            together?: {
                [key: string]: unknown;
            };
        };
        UpdateRuleBody: {
            /** @description one sentence; this or conditions */
            text?: string;
            conditions?: components["schemas"]["Condition"][];
            /** @description with conditions: when it is broken in time; null: whenever it is looked at */
            timing?: components["schemas"]["Timing"] | null;
            name?: string;
            /** @description null: everywhere */
            context?: string | null;
            /** @description 1-3 hint, 4-6 advice, 7-9 warning, 10 safety alert */
            priority?: number;
            enabled?: boolean;
            scope?: components["schemas"]["RuleScope"];
            /** @description kept in the history */
            reason?: string;
            /** @description the "version" that you have read: RULES_006 where somebody has changed the rule since */
            expected_version?: number;
            /** @description another name of "text" */
            sentence?: string;
        };
        /** @description Disable a rule, or remove it for good */
        DeleteRuleAnswer: {
            rule_id: string;
            /** @description false: it is only disabled and still listed */
            deleted: boolean;
            /** @enum {boolean} */
            enabled: false;
            /** @description the same in words */
            message: string;
        };
        /** @description What a sentence would become */
        ValidateRuleAnswer: {
            /** @description absent: not stored */
            rule_id?: string;
            name: string;
            /** @enum {string} */
            type: "distance" | "placement" | "safety" | "context";
            conditions: components["schemas"]["Condition"][];
            timing?: components["schemas"]["Timing"];
            actions: {
                [key: string]: unknown;
            }[];
            priority: number;
            context: string | null;
            text: string | null;
            canonical: string;
            assumptions: string[];
            /** @enum {string} */
            source: "grammar" | "llm" | "manual";
            enabled?: boolean;
            version?: number;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            updated_at?: string;
            created_by?: string;
            scope?: components["schemas"]["RuleScope"];
            validation: {
                /**
                 * @description what is not valid is refused
                 * @enum {boolean}
                 */
                is_valid: true;
                issues: string[];
                /** @description what was assumed, and conflicts with other rules */
                warnings: string[];
            };
            /** @description warnings */
            conflicts: ({
                /** @enum {string} */
                kind: "contradiction" | "subsumed" | "impossible";
                rule_ids: string[];
                sentences: string[];
                explanation: string;
                /** @description false: only not found */
                proven?: boolean;
            } & {
                [key: string]: unknown;
            })[];
            /** @description with which rules it can hold; arrangement null: not known */
            together?: {
                [key: string]: unknown;
            };
        };
        ValidateRuleBody: {
            /** @description one sentence; this or conditions */
            text?: string;
            conditions?: components["schemas"]["Condition"][];
            /** @description with conditions: when it is broken in time; null: whenever it is looked at */
            timing?: components["schemas"]["Timing"] | null;
            name?: string;
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @description 1-3 hint, 4-6 advice, 7-9 warning, 10 safety alert */
            priority?: number;
            /**
             * @description adds an invented desk where it holds
             * @default false
             */
            include_example?: boolean;
            /** @description another name of "text" */
            sentence?: string;
        };
        /** @description Store a rule from a sentence */
        CreateRuleFromSentenceAnswer: {
            rule_id: string;
            name: string;
            /** @enum {string} */
            type: "distance" | "placement" | "safety" | "context";
            conditions: components["schemas"]["Condition"][];
            timing?: components["schemas"]["Timing"];
            actions: {
                [key: string]: unknown;
            }[];
            priority: number;
            context: string | null;
            text: string | null;
            canonical: string;
            assumptions: string[];
            /** @enum {string} */
            source: "grammar" | "llm" | "manual";
            enabled: boolean;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            created_by: string;
            scope: components["schemas"]["RuleScope"];
            validation: {
                /**
                 * @description what is not valid is refused
                 * @enum {boolean}
                 */
                is_valid: true;
                issues: string[];
                /** @description what was assumed, and conflicts with other rules */
                warnings: string[];
            };
            /** @description warnings */
            conflicts: ({
                /** @enum {string} */
                kind: "contradiction" | "subsumed" | "impossible";
                rule_ids: string[];
                sentences: string[];
                explanation: string;
                /** @description false: only not found */
                proven?: boolean;
            } & {
                [key: string]: unknown;
            })[];
            /** @description with which rules it can hold; arrangement null: not known */
            together?: {
                [key: string]: unknown;
            };
        };
        CreateRuleFromSentenceBody: {
            /** @description one sentence; this or conditions */
            text?: string;
            conditions?: components["schemas"]["Condition"][];
            /** @description with conditions: when it is broken in time; null: whenever it is looked at */
            timing?: components["schemas"]["Timing"] | null;
            name?: string;
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @description 1-3 hint, 4-6 advice, 7-9 warning, 10 safety alert */
            priority?: number;
            /** @default true */
            enabled?: boolean;
            /** @default mine */
            scope?: components["schemas"]["RuleScope"];
            /**
             * @description another name of "enabled"
             * @default true
             */
            auto_enable?: boolean;
            /** @description another name of "text" */
            sentence?: string;
        };
        TestRuleBody: {
            /** @description the file; in JSON a path, https URL or data URL */
            image?: string;
            /** @description your own detections: no model runs */
            detections?: components["schemas"]["DetectionInput"][];
            /** @description pixels; with detections and no image */
            size?: {
                width: number;
                height: number;
            };
            /** @description standard error of their edges / box size */
            box_noise?: number;
            /** @description least confidence */
            confidence_threshold?: number;
            /** @description single: faster */
            inference?: components["schemas"]["Inference"];
            mm_per_pixel?: number;
            /** @description how pixels become mm */
            calibration?: components["schemas"]["CalibrationInput"];
            calibration_id?: string;
            /** @description coasters, mats or named areas, pixels */
            zones?: components["schemas"]["ZoneInput"][];
            /** @description corners of the table top, pixels */
            table_corners?: [
                number,
                number
            ][];
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @enum {string} */
            strategy?: "safety_first" | "balanced" | "efficiency" | "aesthetic";
            /** @description classes that may be moved; mugs when absent */
            movable?: string[];
            /** @default true */
            include_feedback?: boolean;
            /**
             * @description of the sentences
             * @default metric
             * @enum {string}
             */
            units?: "metric" | "imperial";
            /**
             * @description false: answer only, keep nothing
             * @default true
             */
            store?: boolean;
        };
        /** @description Every version of a rule */
        GetRuleHistoryAnswer: {
            rule_id: string;
            /** @description oldest first, the current one included */
            versions: {
                [key: string]: unknown;
            }[];
            /** @description versions that are stored and cannot be read */
            unreadable: number[];
        };
        /** @description How often a rule was broken */
        GetRuleStatisticsAnswer: {
            rule_id: string;
            total_evaluations: number;
            violations: number;
            uncertain: number;
            /** @description null: never satisfied or violated */
            violation_rate: number | null;
            last_executed: string | null;
            /** @description mean of what judging it took this server since it started, of your analyses and tests */
            avg_execution_time_ms: number | null;
            /** @description why there is none */
            avg_execution_time_reason: string | null;
        };
        /** @description Enabled rules that cannot hold together */
        ListConflictsAnswer: {
            total: number;
            conflicts: {
                [key: string]: unknown;
            }[];
        };
        /** @description Every stored rule, complete */
        ExportRulesAnswer: {
            /** @enum {number} */
            version: 1;
            rules: {
                [key: string]: unknown;
            }[];
        };
        /** @description Take over exported rules */
        ImportRulesAnswer: {
            created: number;
            updated: number;
        };
        ImportRulesBody: {
            /** @enum {number} */
            version: 1;
            rules: {
                [key: string]: unknown;
            }[];
        };
        /** @description Bring back a version */
        RestoreRuleAnswer: {
            rule_id: string;
            name: string;
            /** @enum {string} */
            type: "distance" | "placement" | "safety" | "context";
            conditions: components["schemas"]["Condition"][];
            timing?: components["schemas"]["Timing"];
            actions: {
                [key: string]: unknown;
            }[];
            priority: number;
            context: string | null;
            text: string | null;
            canonical: string;
            assumptions: string[];
            /** @enum {string} */
            source: "grammar" | "llm" | "manual";
            enabled: boolean;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            created_by: string;
            scope: components["schemas"]["RuleScope"];
            validation: {
                /**
                 * @description what is not valid is refused
                 * @enum {boolean}
                 */
                is_valid: true;
                issues: string[];
                /** @description what was assumed, and conflicts with other rules */
                warnings: string[];
            };
            /** @description warnings */
            conflicts: ({
                /** @enum {string} */
                kind: "contradiction" | "subsumed" | "impossible";
                rule_ids: string[];
                sentences: string[];
                explanation: string;
                /** @description false: only not found */
                proven?: boolean;
            } & {
                [key: string]: unknown;
            })[];
            /** @description with which rules it can hold; arrangement null: not known */
            together?: {
                [key: string]: unknown;
            };
        };
        RestoreRuleBody: {
            /** @description the one before the last change when absent */
            version?: number;
            reason?: string;
        };
        EvaluateRulesBody: {
            /** @description the file; in JSON a path, https URL or data URL */
            image?: string;
            /** @description your own detections: no model runs */
            detections?: components["schemas"]["DetectionInput"][];
            /** @description pixels; with detections and no image */
            size?: {
                width: number;
                height: number;
            };
            /** @description standard error of their edges / box size */
            box_noise?: number;
            /** @description least confidence */
            confidence_threshold?: number;
            /** @description single: faster */
            inference?: components["schemas"]["Inference"];
            mm_per_pixel?: number;
            /** @description how pixels become mm */
            calibration?: components["schemas"]["CalibrationInput"];
            calibration_id?: string;
            /** @description coasters, mats or named areas, pixels */
            zones?: components["schemas"]["ZoneInput"][];
            /** @description corners of the table top, pixels */
            table_corners?: [
                number,
                number
            ][];
            /** @description office, kitchen, …: rules for other contexts do not apply */
            context?: string;
            /** @enum {string} */
            strategy?: "safety_first" | "balanced" | "efficiency" | "aesthetic";
            /** @description classes that may be moved; mugs when absent */
            movable?: string[];
            /**
             * @description of the sentences
             * @default metric
             * @enum {string}
             */
            units?: "metric" | "imperial";
            /** @description all enabled ones when absent */
            rule_ids?: string[];
        };
        /** @description Create, enable, disable or delete up to 50 rules */
        ChangeRulesAnswer: {
            total: number;
            successful: number;
            failed: number;
            results: {
                /** @description place in the list */
                index: number;
                rule_id: string;
                enabled: boolean;
                /** @description false: it is only disabled and still listed */
                deleted?: boolean;
                /** @description the same in words */
                message?: string;
                canonical?: string;
                assumptions?: string[];
                validation?: {
                    /**
                     * @description what is not valid is refused
                     * @enum {boolean}
                     */
                    is_valid: true;
                    issues: string[];
                    /** @description what was assumed, and conflicts with other rules */
                    warnings: string[];
                };
                /** @description warnings */
                conflicts?: ({
                    /** @enum {string} */
                    kind: "contradiction" | "subsumed" | "impossible";
                    rule_ids: string[];
                    sentences: string[];
                    explanation: string;
                    /** @description false: only not found */
                    proven?: boolean;
                } & {
                    [key: string]: unknown;
                })[];
                /** @description with which rules it can hold; arrangement null: not known */
                together?: {
                    [key: string]: unknown;
                };
            }[];
            errors: {
                index: number;
                code: string;
                message: string;
                advice: string;
            }[];
        };
        ChangeRulesBody: {
            /** @enum {string} */
            action: "create" | "enable" | "disable" | "delete";
            /** @description of all actions but create */
            rule_ids?: string[];
            /** @description of create: each as POST /rules takes it */
            rules?: {
                /** @description one sentence; this or conditions */
                text?: string;
                conditions?: components["schemas"]["Condition"][];
                /** @description with conditions: when it is broken in time; null: whenever it is looked at */
                timing?: components["schemas"]["Timing"] | null;
                name?: string;
                /** @description office, kitchen, …: rules for other contexts do not apply */
                context?: string;
                /** @description 1-3 hint, 4-6 advice, 7-9 warning, 10 safety alert */
                priority?: number;
                /** @default true */
                enabled?: boolean;
                /** @default mine */
                scope?: components["schemas"]["RuleScope"];
            }[];
            /**
             * @description of delete, as DELETE /rules/{rule_id} takes it: without it they are only disabled
             * @default false
             */
            permanent?: boolean;
            /** @description kept in the history */
            reason?: string;
        };
        CreateCalibrationBody: {
            name: string;
            /** @description image width, pixels */
            width: number;
            height: number;
            calibration: components["schemas"]["CalibrationInput"];
            /** @description coasters, mats or named areas, pixels */
            zones?: components["schemas"]["ZoneInput"][];
            /** @description corners of the table top, pixels */
            table_corners?: [
                number,
                number
            ][];
        };
        /** @description Delete a calibration */
        DeleteCalibrationAnswer: {
            calibration_id: string;
            /** @enum {boolean} */
            deleted: true;
        };
        /** @description Remove a camera and what it saw */
        DeleteCameraAnswer: {
            camera: string;
            /** @enum {boolean} */
            deleted: true;
        };
        TestCameraBody: {
            source: components["schemas"]["CameraSource"];
        };
        ProtectServerBody: {
            /** @default true */
            protected?: boolean;
        };
        BeginDeploymentBody: {
            type: components["schemas"]["ServerType"];
            /** @default {} */
            config?: components["schemas"]["ServerConfig"];
            /**
             * @description tried in this order where none of config.gpu_type is to be had
             * @default []
             */
            fallback_gpu_types?: string[];
            /**
             * @description US dollars per hour, all its GPUs; serverless: of one worker
             * @default null
             */
            max_price?: number | null;
            /**
             * @description serverless only: HTTP through a load balancer, or jobs in a queue
             * @default load_balancer
             * @enum {string}
             */
            serving?: "queue" | "load_balancer";
            /** @default false */
            protected?: boolean;
            /** @default false */
            wait_for_completion?: boolean;
            /** @description how one that is there is replaced; absent: there must be none */
            strategy?: components["schemas"]["StrategyName"];
            /** @description which one, where there are several; "rolling" replaces all of the type */
            replaces?: string;
            /** @description asked until it answers 200; without it a server is taken for good once it runs */
            health_check?: string;
            /** @description percent of the analyses that it computes in the end; absent: what the replaced one computes, else 0 */
            traffic?: number;
            /** @description of "canary": the first step (20) */
            canary_percent?: number;
            /** @description of "canary": seconds until it has everything (3600) */
            canary_duration?: number;
            /** @description the old one is kept, running and paid, for a rollback (600; of "recreate" 0, and stopped) */
            keep_seconds?: number;
            /**
             * @description answers what would be done and cost
             * @default false
             */
            dry_run?: boolean;
        };
        /** @description The state of everything */
        GetDashboardAnswer: {
            /** @description as /health answers */
            health: {
                [key: string]: unknown;
            };
            gpu: {
                utilization: null;
                memory_bytes: null;
                temperature_c: null;
                reason: string;
            };
            performance: components["schemas"]["MetricsReport"];
            cost: {
                /** @description of the GPU servers, the last 30 days */
                total_usd: number | null;
                per_hour_now: number | null;
                /** @description why it is not known */
                reason: string | null;
            };
            /** @description newest first */
            recent_activity: components["schemas"]["AnalysisListItem"][];
        };
        TestNotificationBody: {
            target: components["schemas"]["TargetName"];
        };
        /** @description Send them once more */
        ReplayDeadLettersAnswer: {
            replayed: number;
        };
        ReplayDeadLettersBody: {
            /** @description this one; absent: all */
            id?: string;
            /** @description all of this target */
            target?: components["schemas"]["SenderName"];
        };
        /** @description Forget one */
        DeleteDeadLetterAnswer: {
            id: string;
            /** @enum {boolean} */
            deleted: true;
        };
        ReplayDeadAnalysesBody: {
            /** @description this one; absent: all */
            id?: string;
        };
        /** @description Forget one, with its photo */
        DeleteDeadAnalysisAnswer: {
            id: string;
            /** @enum {boolean} */
            deleted: true;
        };
        /** @description Log in */
        LoginAnswer: {
            access_token: string;
            /** @enum {string} */
            token_type: "bearer";
            /** @description seconds */
            expires_in: number;
            user: {
                user_id: string;
                username: string;
                role: components["schemas"]["RoleName"];
                disabled: boolean;
                must_change_password: boolean;
                /** Format: date-time */
                created_at: string;
                last_login_at: string | null;
                permissions: ("analysis:read" | "rules:read" | "servers:read" | "analysis:write" | "rules:execute" | "analysis:delete" | "rules:write" | "rules:delete" | "servers:control" | "servers:deploy" | "servers:delete" | "admin:users" | "admin:system" | "admin:audit")[];
            };
        };
        LoginBody: {
            username: string;
            password: string;
            /**
             * @description sets a cookie with which the page gets its next token from /auth/refresh; tokens then last 15 minutes
             * @default false
             */
            browser?: boolean;
            /**
             * @description 30 days in place of one, also when the browser is closed
             * @default false
             */
            remember?: boolean;
        };
        /** @description Who calls */
        WhoAmIAnswer: {
            id: string;
            /** @enum {string} */
            kind: "user" | "key" | "agent" | "local";
            role: string;
            permissions: ("analysis:read" | "rules:read" | "servers:read" | "analysis:write" | "rules:execute" | "analysis:delete" | "rules:write" | "rules:delete" | "servers:control" | "servers:deploy" | "servers:delete" | "admin:users" | "admin:system" | "admin:audit")[];
            /** @description null: a token of the configuration, or this machine without accounts */
            user: components["schemas"]["User"] | null;
        };
        /** @description End this login */
        LogoutAnswer: {
            /** @enum {boolean} */
            done: true;
        };
        /** @description A ticket for one WebSocket */
        IssueTicketAnswer: {
            ticket: string;
            /** @description seconds */
            expires_in: number;
        };
        /** @description Change the own password */
        ChangePasswordAnswer: {
            /** @enum {boolean} */
            done: true;
        };
        ChangePasswordBody: {
            current_password: string;
            new_password: string;
        };
        /** @description A browser's next token */
        RefreshLoginAnswer: {
            access_token: string;
            /** @enum {string} */
            token_type: "bearer";
            /** @description seconds */
            expires_in: number;
            user: {
                user_id: string;
                username: string;
                role: components["schemas"]["RoleName"];
                disabled: boolean;
                must_change_password: boolean;
                /** Format: date-time */
                created_at: string;
                last_login_at: string | null;
                permissions: ("analysis:read" | "rules:read" | "servers:read" | "analysis:write" | "rules:execute" | "analysis:delete" | "rules:write" | "rules:delete" | "servers:control" | "servers:deploy" | "servers:delete" | "admin:users" | "admin:system" | "admin:audit")[];
            };
        };
        CreateFirstAdminBody: {
            /** @description what stands behind the # of the link */
            token: string;
            username: string;
            password: string;
        };
        CreateUserBody: {
            username: string;
            password: string;
            /** @default viewer */
            role?: components["schemas"]["RoleName"];
            /** @default true */
            must_change_password?: boolean;
        };
        /** @description Make an API key */
        CreateApiKeyAnswer: {
            key_id: string;
            name: string;
            owner: string;
            /** @description never more than the owner has */
            permissions: ("analysis:read" | "rules:read" | "servers:read" | "analysis:write" | "rules:execute" | "analysis:delete" | "rules:write" | "rules:delete" | "servers:control" | "servers:deploy" | "servers:delete" | "admin:users" | "admin:system" | "admin:audit")[];
            /** Format: date-time */
            created_at: string;
            expires_at: string | null;
            /** @description to within five minutes */
            last_used_at: string | null;
            /** @description told this once */
            key: string;
        };
        CreateApiKeyBody: {
            name: string;
            /** @description all of the caller when absent */
            permissions?: ("analysis:read" | "rules:read" | "servers:read" | "analysis:write" | "rules:execute" | "analysis:delete" | "rules:write" | "rules:delete" | "servers:control" | "servers:deploy" | "servers:delete" | "admin:users" | "admin:system" | "admin:audit")[];
            /** @description never when absent */
            expires_in_days?: number;
        };
        /** @description Whether the audit log is whole */
        CheckAuditAnswer: {
            lines: number;
            /** @description newest line that does not fit the one before, or the noted one that is not there; null: all fit */
            broken_at: number | null;
            /** @description note it elsewhere: a chain does not show that its end was cut off or that all of it was made anew */
            newest: {
                number: number;
                hash: string;
            } | null;
        };
        UpdateUserBody: {
            role?: components["schemas"]["RoleName"];
            disabled?: boolean;
            /** @description the user must change it */
            password?: string;
        };
        /** @description Remove a user and its keys */
        DeleteUserAnswer: {
            user_id: string;
            /** @enum {boolean} */
            deleted: true;
        };
        /** @description Remove an API key */
        DeleteApiKeyAnswer: {
            key_id: string;
            /** @enum {boolean} */
            deleted: true;
        };
    };
    responses: {
        /** @description What went wrong, and what to do */
        Failed: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "X-Process-Time": components["headers"]["X-Process-Time"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description of this request, as the log has it; yours where you sent one */
        "X-Request-ID": string;
        /** @description seconds */
        "X-Process-Time": number;
        /** @description requests in a minute; absent where nothing is limited */
        "X-RateLimit-Limit": number;
        /** @description that are left */
        "X-RateLimit-Remaining": number;
        /** @description seconds until all are there again */
        "X-RateLimit-Reset": number;
        /** @description seconds */
        "Retry-After": number;
        /** @description with 401 and 403: what to send (RFC 6750) */
        "WWW-Authenticate": string;
        /** @description with 405: the methods that the address takes */
        Allow: string;
        /** @description send it as If-None-Match: 304 where nothing has changed */
        ETag: string;
        /** @description how many there are, where that is cheap to know */
        "X-Total-Count": number;
        /** @description "cursor" of the next page; absent on the last */
        "X-Next-Cursor": string;
        /** @description ids of stored records that are damaged and left out */
        "X-Unreadable": string;
        /** @description where it is */
        Location: string;
        /** @description respond-async */
        "Preference-Applied": string;
        /** @description true: done before, under this Idempotency-Key */
        "Idempotency-Replayed": "true";
        /** @description the name of the file */
        "Content-Disposition": string;
        /** @description the refresh cookie of a browser */
        "Set-Cookie": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    analyze: {
        parameters: {
            query?: never;
            header?: {
                /** @description respond-async: answer at once with a job, and the result later */
                prefer?: string;
                /** @description the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS */
                "h200-callback-url"?: string;
                /** @description 16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address */
                "h200-callback-secret"?: string;
                /** @description how urgent it is where analyses and jobs wait; normal when absent, of a job low; critical is for those who may control servers */
                "h200-priority"?: components["schemas"]["AnalysisPriority"];
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["AnalyzeBody"];
                "application/json": components["schemas"]["AnalyzeBody"];
            };
        };
        responses: {
            /** @description Analyse a desk photo */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analysis"];
                };
            };
            /** @description With "Prefer: respond-async" or a callback: the job that does it */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    analyzeBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description respond-async: answer at once with a job, and the result later */
                prefer?: string;
                /** @description the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS */
                "h200-callback-url"?: string;
                /** @description 16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address */
                "h200-callback-secret"?: string;
                /** @description how urgent it is where analyses and jobs wait; normal when absent, of a job low; critical is for those who may control servers */
                "h200-priority"?: components["schemas"]["AnalysisPriority"];
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["AnalyzeBatchBody"];
                "application/json": components["schemas"]["AnalyzeBatchBody"];
            };
        };
        responses: {
            /** @description Analyse up to ten photos */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchOutput"];
                    "application/x-ndjson": string;
                    "text/event-stream": string;
                };
            };
            /** @description With "Prefer: respond-async" or a callback: the job that does it */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listAnalyses: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
                /** @description only those measured by this stored calibration: of one camera */
                calibration_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stored analyses, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalysisListItem"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getAnalysis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One stored analysis */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analysis"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteAnalysis: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete an analysis and its photo */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionOutput"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getAnnotatedImage: {
        parameters: {
            query?: {
                /** @description photo: as it is kept, with nothing drawn on it */
                of?: "annotated" | "photo";
                /** @description long side, pixels */
                max_size?: number;
                /** @description as it was analysed when absent */
                units?: "metric" | "imperial";
            };
            header?: never;
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The photo, with what was found drawn on it or without */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getScene: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Footprints, distances and zones in pixels of the photo */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SceneDrawing"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    whatIf: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhatIfRequest"];
            };
        };
        responses: {
            /** @description What the rules would say if things lay elsewhere */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIf"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    reanalyze: {
        parameters: {
            query?: never;
            header?: {
                /** @description respond-async: answer at once with a job, and the result later */
                prefer?: string;
                /** @description the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS */
                "h200-callback-url"?: string;
                /** @description 16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address */
                "h200-callback-secret"?: string;
                /** @description how urgent it is where analyses and jobs wait; normal when absent, of a job low; critical is for those who may control servers */
                "h200-priority"?: components["schemas"]["AnalysisPriority"];
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReanalyzeBody"];
            };
        };
        responses: {
            /** @description Analyse a stored photo again */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analysis"];
                };
            };
            /** @description With "Prefer: respond-async" or a callback: the job that does it */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    linkPicture: {
        parameters: {
            query?: {
                /** @description as it was stored, or with what was found drawn on it */
                of?: "photo" | "annotated";
                expires_in_s?: number;
            };
            header?: never;
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An address of the photo that needs no login, for a time */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileLink"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteAnalyses: {
        parameters: {
            query?: {
                /** @description ana_… */
                analysis_id?: string;
                older_than_days?: number;
                all?: boolean;
                /** @description administrators: a removed user */
                owner?: string;
                dry_run?: boolean;
            };
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete old analyses, or all */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionOutput"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listFeedback: {
        parameters: {
            query?: {
                /** @description of this one alone, all at once */
                analysis_id?: string;
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What you said of analyses, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    giveFeedback: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackInput"];
            };
        };
        responses: {
            /** @description Say that an answer was right or wrong */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteFeedback: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                feedback_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take it back */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteFeedbackAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    exportRecords: {
        parameters: {
            query?: {
                what?: components["schemas"]["ExportName"];
                format?: components["schemas"]["ExportFormat"];
                /** @description analyses measured by this stored calibration alone */
                calibration_id?: string;
            };
            header?: {
                /** @description respond-async: answer at once with a job, and the result later */
                prefer?: string;
                /** @description the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS */
                "h200-callback-url"?: string;
                /** @description 16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address */
                "h200-callback-secret"?: string;
                /** @description how urgent it is where analyses and jobs wait; normal when absent, of a job low; critical is for those who may control servers */
                "h200-priority"?: components["schemas"]["AnalysisPriority"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of yours as one file */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "text/csv": string;
                };
            };
            /** @description With "Prefer: respond-async" or a callback: the job that does it */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
                /** @description only those */
                state?: components["schemas"]["JobState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your jobs, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One job */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a job, or forget one that has ended */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getJobResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of a job */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "text/csv": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    listRules: {
        parameters: {
            query?: {
                /** @description true: only enabled rules, false: only disabled ones; without it both */
                enabled?: boolean;
                type?: "distance" | "placement" | "safety" | "context";
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stored rules, oldest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredRule"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    createRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRuleBody"];
            };
        };
        responses: {
            /** @description Store a rule */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateRuleAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One rule */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredRule"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteRule: {
        parameters: {
            query?: {
                /** @description true: removes it for good (its history is kept); false: only disables it, and it stays in the list */
                permanent?: boolean;
            };
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disable a rule, or remove it for good */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteRuleAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    updateRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateRuleBody"];
            };
        };
        responses: {
            /** @description Change a rule */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpdateRuleAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    validateRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ValidateRuleBody"];
            };
        };
        responses: {
            /** @description What a sentence would become */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidateRuleAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    createRuleFromSentence: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRuleFromSentenceBody"];
            };
        };
        responses: {
            /** @description Store a rule from a sentence */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateRuleFromSentenceAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    testRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["TestRuleBody"];
                "application/json": components["schemas"]["TestRuleBody"];
            };
        };
        responses: {
            /** @description Try one rule on a photo */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleTestOutput"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getRuleHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every version of a rule */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetRuleHistoryAnswer"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getRuleStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How often a rule was broken */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetRuleStatisticsAnswer"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    listRemovedRules: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed rules, the last removed first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rule_id: string;
                        removed_at: string;
                        removed_by: string;
                        reason: string | null;
                        /** @description as it was last */
                        rule: components["schemas"]["Rule"];
                    }[];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    listConflicts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Enabled rules that cannot hold together */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListConflictsAnswer"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    exportRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every stored rule, complete */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportRulesAnswer"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    importRules: {
        parameters: {
            query?: never;
            header?: {
                /** @description respond-async: answer at once with a job, and the result later */
                prefer?: string;
                /** @description the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS */
                "h200-callback-url"?: string;
                /** @description 16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address */
                "h200-callback-secret"?: string;
                /** @description how urgent it is where analyses and jobs wait; normal when absent, of a job low; critical is for those who may control servers */
                "h200-priority"?: components["schemas"]["AnalysisPriority"];
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRulesBody"];
            };
        };
        responses: {
            /** @description Take over exported rules */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportRulesAnswer"];
                };
            };
            /** @description With "Prefer: respond-async" or a callback: the job that does it */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    restoreRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreRuleBody"];
            };
        };
        responses: {
            /** @description Bring back a version */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreRuleAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    evaluateRules: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["EvaluateRulesBody"];
                "application/json": components["schemas"]["EvaluateRulesBody"];
            };
        };
        responses: {
            /** @description Check rules on a photo or on your own detections */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleEvaluationOutput"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    changeRules: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRulesBody"];
            };
        };
        responses: {
            /** @description Create, enable, disable or delete up to 50 rules */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeRulesAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listCalibrations: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stored calibrations, oldest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calibration"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    createCalibration: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCalibrationBody"];
            };
        };
        responses: {
            /** @description Store a calibration */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calibration"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getCalibration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calibration_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One stored calibration */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalibrationDetail"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteCalibration: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                calibration_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a calibration */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteCalibrationAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    measureLength: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                calibration_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeasureRequest"];
            };
        };
        responses: {
            /** @description How far two pixels are apart on the table */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeasuredLength"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listCameras: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cameras, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedCamera"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    createCamera: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CameraSettings"];
            };
        };
        responses: {
            /** @description Have a camera watched */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Camera"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getCamera: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One camera */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Camera"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteCamera: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a camera and what it saw */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteCameraAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    updateCamera: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CameraPatch"];
            };
        };
        responses: {
            /** @description Change a camera */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Camera"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    cameraStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a camera sees now */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraStatus"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    cameraEvents: {
        parameters: {
            query?: {
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                from?: string;
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                to?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What changed, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedEvent"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    cameraTimeline: {
        parameters: {
            query?: {
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                from?: string;
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                to?: string;
            };
            header?: never;
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How long and how often rules were broken */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraTimeline"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    cameraHeatmap: {
        parameters: {
            query?: {
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                from?: string;
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                to?: string;
            };
            header?: never;
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where mugs stood, and how long */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraHeat"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    cameraSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last picture, privacy zones black */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    cameraTimelapse: {
        parameters: {
            query?: {
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                from?: string;
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                to?: string;
                format?: "zip" | "mp4";
            };
            header?: never;
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Kept pictures as a ZIP file or a film */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                    "video/mp4": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    testCamera: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestCameraBody"];
            };
        };
        responses: {
            /** @description Ask a source for one picture */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraTest"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    confirmCamera: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description name or id */
                camera: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The camera stands as it was calibrated */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Camera"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    searchAnalyses: {
        parameters: {
            query?: {
                /** @description what to look for, in words */
                text?: string;
                /** @description find desks like this one of yours */
                analysis_id?: string;
                /** @description all in the image: mug, laptop, beverage, … */
                objects?: string[];
                /** @description one or two objects of one finding */
                about?: string[];
                /** @description violated when absent, with rule_id, operator or about */
                verdict?: "violated" | "uncertain" | "satisfied";
                /** @description rule_… */
                rule_id?: string;
                /** @description min_distance violated: too close */
                operator?: "min_distance" | "max_distance" | "min_edge_distance" | "on" | "not_on" | "centered_on" | "left_of" | "right_of" | "in_front_of" | "behind" | "within" | "grouped" | "aligned" | "count_max" | "count_min";
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                since?: string;
                /** @description day or time (UTC), or how long ago: 12h, 7d, 2w */
                until?: string;
                /** @description each desk once */
                group?: boolean;
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find past desks */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchOutput"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    searchByImage: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchRequest"];
            };
        };
        responses: {
            /** @description Find past desks, also by an image */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchOutput"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listPeers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Agents that something may be handed to */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Peer"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    listDelegations: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What you handed on, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delegation"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    delegate: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DelegationRequest"];
            };
        };
        responses: {
            /** @description Hand a question, a photo or an analysis to a peer */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delegation"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getDelegation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delegation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One delegation: its state and what the peer made */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delegation"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    cancelDelegation: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                delegation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a delegation; the peer is asked to stop */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delegation"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listServers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All GPU servers */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerInfo"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    createServer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateServer"];
            };
        };
        responses: {
            /** @description Create one more server */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    serversStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All GPU servers, how the provider is, and what runs there that was not made here */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerList"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    serversCost: {
        parameters: {
            query?: {
                /** @description absent: the last 30 days */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the servers cost, what idle shutdown saved, and what a month will cost if it goes on so */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CostReport"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    listGpus: {
        parameters: {
            query: {
                type: components["schemas"]["ServerType"];
                /** @description short name or id; absent: all */
                gpu_type?: string;
                gpu_count?: number;
                /** @description US dollars per hour, all GPUs */
                max_price?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description GPUs that can be rented now, cheapest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerOffer"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getServer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One GPU server */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerInfo"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    terminateServer: {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Terminate a server */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getServerStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The same */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerInfo"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getServerMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was measured of one server; null with a reason where nobody measures */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerMetrics"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    quoteServer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateServer"];
            };
        };
        responses: {
            /** @description What creating a server would do and cost; nothing is created */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerQuote"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getServerLogs: {
        parameters: {
            query?: {
                /** @description the last ones that fit */
                lines?: number;
                since?: string;
                /** @description at least; lines that say no level are left out */
                level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
                /** @description text that a line must contain, in any case */
                search?: string;
                source?: "container" | "system";
                /** @description cursor of the last line seen */
                after?: string;
            };
            header?: never;
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a server writes, the newest last */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerLogs"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    streamServerLogs: {
        parameters: {
            query?: {
                /** @description the last ones that fit */
                lines?: number;
                since?: string;
                /** @description at least; lines that say no level are left out */
                level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
                /** @description text that a line must contain, in any case */
                search?: string;
                source?: "container" | "system";
                /** @description cursor of the last line seen */
                after?: string;
            };
            header?: never;
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a server writes, as it comes: server-sent events */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    controlServer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlServer"];
            };
        };
        responses: {
            /** @description Start, stop, restart, scale, update or terminate a server */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    configureServer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServerSettings"];
            };
        };
        responses: {
            /** @description Change what may be changed while it runs */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfiguredServers"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    protectServer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                /** @description id (srv_…), or the type where there is one of it */
                server: components["schemas"]["ServerType"] | string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProtectServerBody"];
            };
        };
        responses: {
            /** @description Protect a server from being stopped or terminated, or no longer */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfiguredServers"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listDeployments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How servers are and were replaced, newest first; 100 at most */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    beginDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BeginDeploymentBody"];
            };
        };
        responses: {
            /** @description The same without waiting */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeployReport"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getDeployment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deployment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One deployment as it stands, with the weights of now */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deployServer: {
        parameters: {
            query?: never;
            header?: {
                /** @description respond-async: answer at once with a job, and the result later */
                prefer?: string;
                /** @description the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS */
                "h200-callback-url"?: string;
                /** @description 16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address */
                "h200-callback-secret"?: string;
                /** @description how urgent it is where analyses and jobs wait; normal when absent, of a job low; critical is for those who may control servers */
                "h200-priority"?: components["schemas"]["AnalysisPriority"];
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeployRequest"];
            };
        };
        responses: {
            /** @description Deploy the server of a type, and wait for it */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeployReport"];
                };
            };
            /** @description With "Prefer: respond-async" or a callback: the job that does it */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    promoteDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                deployment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Give everything to the new server now, unjudged; where it has that, end the old one now */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    rollBackDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                deployment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go back to the old server, as long as it is there */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getRouting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where analyses go, and how that came out in the last five minutes */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingReport"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    setRouting: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetRouting"];
            };
        };
        responses: {
            /** @description Send analyses elsewhere */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingReport"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    getDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of everything */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetDashboardAnswer"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was measured */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsReport"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Installed models with their state */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    }[];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getSeries: {
        parameters: {
            query?: {
                time_range?: components["schemas"]["TimeRange"];
            };
            header?: never;
            path: {
                name: components["schemas"]["SeriesName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One measurement over time */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Series"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getSeriesTable: {
        parameters: {
            query?: {
                time_range?: components["schemas"]["TimeRange"];
            };
            header?: never;
            path: {
                name: components["schemas"]["SeriesName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One measurement over time, as a table */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getModelSeries: {
        parameters: {
            query?: {
                time_range?: components["schemas"]["TimeRange"];
            };
            header?: never;
            path: {
                /** @description as GET /models names it */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One model over time */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelSeries"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getModelSeriesTable: {
        parameters: {
            query?: {
                time_range?: components["schemas"]["TimeRange"];
            };
            header?: never;
            path: {
                /** @description as GET /models names it */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One model over time, as a table */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getRuleSeries: {
        parameters: {
            query?: {
                time_range?: components["schemas"]["TimeRange"];
            };
            header?: never;
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One rule over time */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleSeries"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    getRuleSeriesTable: {
        parameters: {
            query?: {
                time_range?: components["schemas"]["TimeRange"];
            };
            header?: never;
            path: {
                /** @description rule_… */
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One rule over time, as a table */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    notificationTargets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where messages are sent, and whether they arrive */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetStatus"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    notificationPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What people are told of your analyses */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    setNotificationPreferences: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotificationPreferencesInput"];
            };
        };
        responses: {
            /** @description Say what people are told of your analyses */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    deadLetters: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages that could not be delivered, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    analysisRender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description ana_… */
                analysis_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture that Templated.io made of an analysis */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Render"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    testNotification: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestNotificationBody"];
            };
        };
        responses: {
            /** @description Send a test */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestOutcome"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayDeadLettersBody"];
            };
        };
        responses: {
            /** @description Send them once more */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDeadLettersAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forget one */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteDeadLetterAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    queueStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What waits in the queue, and who works */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueStatus"] | null;
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deadAnalyses: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Analyses that the workers gave up, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadAnalysis"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    replayDeadAnalyses: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayDeadAnalysesBody"];
            };
        };
        responses: {
            /** @description Analyse them once more */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"][];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteDeadAnalysis: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forget one, with its photo */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteDeadAnalysisAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginBody"];
            };
        };
        responses: {
            /** @description Log in */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who calls */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhoAmIAnswer"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End this login */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogoutAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    issueTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A ticket for one WebSocket */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssueTicketAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordBody"];
            };
        };
        responses: {
            /** @description Change the own password */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePasswordAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    refreshLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A browser's next token */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshLoginAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    createFirstAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateFirstAdminBody"];
            };
        };
        responses: {
            /** @description Make the first administrator */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Users, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUserBody"];
            };
        };
        responses: {
            /** @description Make a user */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description API keys, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKeyBody"];
            };
        };
        responses: {
            /** @description Make an API key */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateApiKeyAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                limit?: number;
                /** @description X-Next-Cursor of the page before */
                cursor?: string;
                /** @description how many to leave out; a cursor is faster */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The audit log, newest first */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    "X-Total-Count": components["headers"]["X-Total-Count"];
                    "X-Next-Cursor": components["headers"]["X-Next-Cursor"];
                    "X-Unreadable": components["headers"]["X-Unreadable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLine"][];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    checkAudit: {
        parameters: {
            query?: {
                /** @description of a line that was noted as "newest"; with its hash */
                number?: number;
                hash?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the audit log is whole */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckAuditAnswer"];
                };
            };
            /** @description It is as If-None-Match knows it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a user and its keys */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteUserAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserBody"];
            };
        };
        responses: {
            /** @description Change a user */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike */
                "idempotency-key"?: string;
            };
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove an API key */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "X-Process-Time": components["headers"]["X-Process-Time"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteApiKeyAnswer"];
                };
            };
            default: components["responses"]["Failed"];
        };
    };
}
